"""Dialects, what stands around a rule, rules that are typed, code, and the page of what was checked, in a real browser."""

from tests.browser.conftest import choose as pick

TYPED = "v = gamma*v + lr*grad(x - gamma*v)\nx = x - v"


def choose(seen, key, option):
    pick(seen.page, seen.page.locator(f".st-key-{key} input").first, option)


def opened(seen, title):
    seen.page.get_by_text(title, exact=True).click()


def names(seen):
    return seen.page.locator(".rv-lane .rv-toggle b").all_text_contents()


def raced(seen, name):
    """Wait until a lane of this name is there."""
    seen.page.locator(".rv-lane .rv-toggle").get_by_text(name, exact=True).wait_for()


def test_one_menu_changes_who_writes_the_rules(visit):
    seen = visit("?run=adam&run=momentum")
    choose(seen, "dialect", "Keras")
    seen.addressed("run=adam.keras")
    seen.until("() => document.querySelector('.rv-lanes b').textContent === 'Adam (Keras)'")
    assert names(seen) == ["Adam (Keras)", "Momentum"]  # Keras writes momentum as the seeds do
    choose(seen, "dialect", "Dive into Deep Learning")
    seen.until("() => document.querySelector('.rv-lanes b').textContent === 'Adam'")


def test_a_lane_changes_its_dialect_in_its_menu(visit):
    seen = visit("?run=adam&run=momentum")
    seen.page.locator(".rv-more").first.click()
    seen.page.get_by_role("button", name="Keras", exact=True).click()
    seen.addressed("run=adam.keras")
    raced(seen, "Adam (Keras)")


def test_the_dialects_of_a_rule_race_each_other(visit):
    seen = visit("?run=adam~eps=0.1")
    seen.page.get_by_role("button", name="Compare dialects").click()
    seen.addressed("run=adam.keras")
    seen.until("() => document.querySelectorAll('.rv-lane').length === 2")
    assert "Separates from Adam at step 1" in seen.page.locator(".rv-story").nth(1).text_content()
    seen.page.get_by_text("Written this way: Keras.").wait_for()


def test_any_of_the_rules_joins_from_the_picture(visit):
    seen = visit("?run=adam")
    for name in ("Lion", "BFGS"):
        seen.page.get_by_role("button", name="Add an optimizer").click()
        seen.page.get_by_role("button", name=name, exact=True).click()
        raced(seen, name)
    seen.addressed("run=bfgs")


def test_any_of_the_rules_joins_from_the_menu(visit):
    seen = visit("?run=adam")
    choose(seen, "more", "Yogi")
    seen.addressed("run=yogi")
    raced(seen, "Yogi")


def test_a_gradient_is_clipped_and_a_rate_is_scheduled(visit):
    seen = visit("?run=momentum~gamma=0.9&steps=40")
    opened(seen, "Clipping, decay, schedule")
    choose(seen, "around--clipping", "Clip by norm")
    seen.addressed("with-clip_norm")
    choose(seen, "around--schedule", "Cosine")
    seen.addressed("with-cosine")
    seen.until("() => document.querySelector('.rv-curve[aria-label^=\"Learning rate η\"]')")
    drawn = seen.state("drawn")
    slider = seen.slider("with--all--clip_norm--limit")
    slider.focus()
    seen.page.keyboard.press("ArrowLeft")
    seen.addressed("clip_norm~limit=0.9")
    seen.until(
        "({drawn}) => document.querySelector('.rv-arena').dataset.drawn !== drawn", drawn=drawn
    )


def test_a_rule_is_typed_and_raced(visit):
    seen = visit("?run=nesterov~gamma=0.9&lr=0.1")
    opened(seen, "Type your own rule and race it")
    seen.page.locator("textarea").fill(TYPED)
    seen.page.keyboard.press("Control+Enter")
    seen.page.get_by_role("button", name="Race it").click()
    raced(seen, "Typed rule")
    seen.until(
        "() => new URLSearchParams(location.search).getAll('run')[1]?.includes('grad(x - gamma*v); x = x - v')"
    )
    ours, typed = seen.page.locator(".rv-value").all_text_contents()
    assert ours == typed


def test_a_wrong_text_is_pointed_at_and_nothing_is_lost(visit):
    seen = visit()
    before = names(seen)
    opened(seen, "Type your own rule and race it")
    seen.page.locator("textarea").fill("x = x - lr*g.real")
    seen.page.keyboard.press("Control+Enter")
    seen.page.get_by_text("Line 1, column 13").wait_for()
    assert seen.page.get_by_role("button", name="Race it").is_disabled()
    assert seen.page.locator("textarea").input_value() == "x = x - lr*g.real"
    assert names(seen) == before


def test_the_code_of_a_rule_is_shown_for_each_framework(visit):
    seen = visit("?run=adam&steps=3")
    seen.page.get_by_role("button", name="The same in code").click()
    dialog = seen.page.get_by_role("dialog")
    dialog.get_by_text("torch.optim.Adam([x], lr=0.4").wait_for()
    dialog.get_by_role("tab", name="Keras").click()
    dialog.get_by_text("uses another form").wait_for()
    dialog.get_by_role("tab", name="optax").click()
    dialog.get_by_text("optax.adam(0.4").wait_for()


def test_the_menu_of_a_lane_says_what_its_rule_does(visit):
    seen = visit("?run=momentum&run=typed~text=x = x - lr*g")
    seen.page.locator(".rv-more").first.click()
    seen.page.locator(".rv-menu .rv-idea", has_text="A heavy ball").wait_for()
    seen.page.keyboard.press("Escape")
    seen.page.locator(".rv-more").nth(1).click()
    seen.page.locator(".rv-menu").get_by_text("Rename").first.wait_for()
    assert seen.page.locator(".rv-menu .rv-idea").count() == 0


def test_values_that_a_framework_refuses_are_said_and_no_path_is_promised(visit):
    seen = visit("?run=lion~beta1=0&steps=3")
    seen.page.get_by_role("button", name="The same in code").click()
    dialog = seen.page.get_by_role("dialog")
    dialog.get_by_text("optax.lion(").wait_for(state="attached")
    dialog.get_by_role("tab", name="Keras").click()
    dialog.get_by_text("Keras refuses Lion with beta1 = 0").wait_for()
    panel = dialog.get_by_role("tabpanel").filter(has_text="Keras refuses")
    assert "It prints the numbers" not in panel.inner_text()
    assert panel.locator("code").count() == 0


def test_what_was_checked_is_a_page_and_the_race_waits(visit):
    seen = visit("?run=adam&run=lion&lr=0.05")
    seen.page.get_by_role("link", name="Verified").click()
    seen.page.get_by_text("Momentum with γ = 0 is gradient descent.").wait_for()
    assert seen.page.get_by_text("0.0e+00").first.is_visible()
    seen.page.get_by_role("link", name="Compare").click()
    seen.page.wait_for_selector(".rv-arena[data-curves]")
    seen.addressed("run=lion&lr=0.05")
    assert names(seen) == ["Adam", "Lion"]


def test_a_phone_sees_the_verified_page(visit):
    seen = visit(phone=True)
    seen.page.get_by_test_id("stExpandSidebarButton").click()
    seen.page.get_by_role("link", name="Verified").click()
    seen.page.get_by_text("Momentum with γ = 0 is gradient descent.").wait_for()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
