"""A digit is drawn and broken: turned until the network reads another one."""

from playwright.sync_api import expect

from tests.support.strokes import DIGITS


def test_a_drawn_digit_is_turned_until_it_is_lost(visit):
    learner = visit()
    learner.open("Draw?model=notebook")
    learner.draw(*DIGITS[7])
    learner.answer(7)
    learner.page.get_by_text("Break it", exact=True).click()
    expect(learner.page.get_by_text("Read as 7, ")).to_be_visible()
    expect(learner.page.get_by_text("It stops being a 7 at")).to_be_visible()
    slider = learner.page.get_by_test_id("stSlider").last.get_by_role("slider")
    slider.press("End")
    expect(learner.page.get_by_alt_text("the digit with rotation of 180°")).to_be_visible()
    expect(learner.page.get_by_text("Read as 7, ")).to_have_count(0)
    learner.answer(7)  # the drawing itself is as it was

    learner.page.get_by_text("Inversion", exact=True).click()
    expect(learner.page.get_by_alt_text("the digit with inversion of 0%")).to_be_visible()
    expect(learner.page.get_by_text("Read as 7, ")).to_be_visible()

    learner.clear()
    expect(learner.page.get_by_text("This needs a digit: draw one first.")).to_be_visible()
    learner.draw(*DIGITS[0])
    expect(learner.page.get_by_text("Read as 0, ")).to_be_visible()  # it is still switched on
