"""From a cell of the confusion matrix to one of its images, in a real browser."""

from pathlib import Path

from playwright.sync_api import expect

from ui.evaluate.gallery import LANDING

# Of the cells off the diagonal the second fullest: true digit, digit read, count, and its place on the page.
_CELL = """() => {
    const chart = document.querySelector('.js-plotly-plot'), {x, y, hovertext} = chart.data[2]
    const count = text => Number(text.split(' ')[0].replace(',', ''))
    const cells = hovertext.map((text, i) => ({true: y[i], read: x[i], count: count(text)}))
    const mistakes = cells.filter(cell => cell.true != cell.read).sort((a, b) => b.count - a.count)
    const {xaxis, yaxis} = chart._fullLayout, cell = mistakes[1]
    const box = chart.querySelector('.nsewdrag').getBoundingClientRect()
    return {...cell, left: box.left + xaxis.l2p(cell.read), top: box.top + yaxis.l2p(cell.true)}
}"""


def test_from_a_confusion_to_its_images_to_one_in_hand(visit):
    learner = visit()
    learner.page.set_default_timeout(300_000)  # torch, the network and 20,000 images come first
    learner.open("Evaluate?model=notebook")
    learner.page.get_by_text("of the images it learned from").wait_for()
    learner.page.wait_for_selector(".js-plotly-plot .nsewdrag", state="attached")
    learner.settle()
    cell = learner.page.evaluate(_CELL)
    learner.page.mouse.click(cell["left"], cell["top"])
    images = learner.page.locator(".st-key-digit-lab-gallery button:visible")  # each is there twice, once for phones
    expect(learner.page.get_by_text(f"of {cell['count']} images. Click one to look inside.")).to_be_visible()
    expect(images).to_have_count(min(cell["count"], 24))
    name = images.first.get_by_role("img").get_attribute("alt")
    assert name.endswith(f", a {cell['true']}")
    images.first.click()
    learner.page.wait_for_url(f"**/{Path(LANDING).stem.partition('_')[2]}*")
    index = int(name.split()[2].rstrip(","))
    expect(learner.page.get_by_text(f"Test image {index:,}, labelled {cell['true']}")).to_be_visible()
