"""The words of a page explain themselves: under the pointer, under a finger, and by the keyboard."""

from playwright.sync_api import expect

from tests.support.axe import turn

MIDDLE = """name => {
    const range = [...CSS.highlights.get("digit-lab-term")].find(one => one.toString().toLowerCase() === name)
    const { left, top, width, height } = range.getBoundingClientRect()
    return [left + width / 2, top + height / 2]
}"""
"""Where a marked word lies."""
BACKGROUND = "tip => getComputedStyle(tip).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)"
"""Red, green and blue, 0 to 255."""


def marked(visitor):
    visitor.page.wait_for_function("() => CSS.highlights.get('digit-lab-term')?.size")
    return visitor.page.evaluate("() => [...CSS.highlights.get('digit-lab-term')].map(one => one.toString())")


def test_a_word_explains_itself_under_the_pointer_and_leads_to_where_it_can_be_seen(visit):
    learner = visit(color_scheme="light")
    learner.open()
    words = [word.lower() for word in marked(learner)]
    assert "neural network" in words
    assert len(words) == len(set(words)), "each once"
    tip = learner.page.locator(".term-tip")
    learner.page.mouse.move(*learner.page.evaluate(MIDDLE, "learning rate"))
    expect(tip).to_contain_text("How far each step moves the weights")
    light = tip.evaluate(BACKGROUND)
    learner.page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    turn(learner, "dark")
    learner.page.wait_for_function(f"() => ({MIDDLE})('learning rate')[0] > 0")  # its text has been drawn anew
    learner.page.mouse.move(*learner.page.evaluate(MIDDLE, "learning rate"))
    expect(tip).to_be_visible()
    assert sum(tip.evaluate(BACKGROUND)) < 200 < 600 < sum(light)
    turn(learner, "light")
    learner.page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    learner.page.wait_for_function(f"() => ({MIDDLE})('learning rate')[0] > 0")
    learner.page.mouse.move(*learner.page.evaluate(MIDDLE, "learning rate"))
    tip.get_by_role("button", name="See learning rate on Train").click()
    learner.page.wait_for_url("**/Train*")
    expect(learner.page.get_by_role("heading", name="Train a network")).to_be_visible()
    expect(tip).to_be_hidden()


def test_a_word_explains_itself_under_a_finger(visit):
    learner = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    learner.open()
    marked(learner)
    learner.page.touchscreen.tap(*learner.page.evaluate(MIDDLE, "neural network"))
    tip = learner.page.locator(".term-tip")
    expect(tip).to_contain_text("A model made of layers")
    box = tip.bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    learner.page.touchscreen.tap(200, 30)
    expect(tip).to_be_hidden()


def test_the_list_of_words_works_by_the_keyboard(visit):
    learner = visit()
    learner.open("Inside?section=softmax")
    marked(learner)
    words = learner.page.locator(".words")
    words.locator("summary").focus()
    learner.page.keyboard.press("Enter")
    expect(words.locator("dt", has_text="softmax")).to_be_visible()
    words.get_by_role("button", name="See logit on Inside").focus()
    learner.page.keyboard.press("Enter")
    learner.page.wait_for_url("**/Inside?*section=softmax*")
