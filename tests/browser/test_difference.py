"""What is the difference? From a lane's menu and from the rules to two formulas beside each other."""

import pytest

from tests.browser.conftest import choose as pick

pytestmark = pytest.mark.browser


def framed(one):
    """What is framed in the window, as it is read."""
    return one.page.get_by_role("dialog").locator(".katex .fbox")


def differ(one, lane):
    one.page.get_by_role("button", name=f"Change {lane}").click()
    one.page.get_by_role("button", name="What is the difference?", exact=True).first.click()


def choose(one, which, name):
    pick(one.page, one.page.get_by_role("dialog").get_by_role("combobox", name=which), name)


def test_two_lanes_side_by_side(visit):
    one = visit()
    differ(one, "Momentum")
    window = one.page.get_by_role("dialog", name="What is the difference?")
    window.get_by_text("A frame marks what the other one does not have.").wait_for()
    window.get_by_text("AdaGrad: Separates from Momentum at step 1").wait_for()
    choose(one, "The other", "Adam")
    window.get_by_text("Adam: Separates from Momentum at step 1").wait_for()
    choose(one, "One", "RMSProp")
    window.get_by_text("in RMSProp is").first.wait_for()
    assert framed(one).count() >= 5
    assert window.locator(".katex-error").count() == 0
    choose(one, "One", "Adam")
    window.get_by_text("Choose two different optimizers.").wait_for()
    one.page.keyboard.press("Escape")
    window.wait_for(state="hidden")


def test_lanes_of_one_rule_differ_in_their_settings(visit):
    one = visit("?run=momentum&run=momentum~gamma=0.9")
    one.page.get_by_role("button", name="What is the difference?", exact=True).click()
    window = one.page.get_by_role("dialog")
    window.get_by_text("Both follow the same formula.").wait_for()
    assert framed(one).count() == 0
    assert window.locator("td strong").all_inner_texts() == ["0.5", "0.9"]


def test_a_race_of_one_has_nothing_to_differ_from(visit):
    one = visit("?run=adam")
    one.page.get_by_role("button", name="Change Adam").click()
    item = one.page.get_by_role("button", name="What is the difference?", exact=True)
    assert item.count() == 1
    assert item.is_disabled()


def test_in_chinese_on_a_phone(visit):
    one = visit("?lang=zh", phone=True)
    one.page.get_by_role("button", name="有什么区别").first.click()
    window = one.page.get_by_role("dialog")
    window.get_by_text("方框").wait_for()
    assert window.locator(".katex-error").count() == 0
    assert window.evaluate("(it) => it.scrollWidth <= it.clientWidth + 1")
