"""A function that a visitor types, in a real browser."""

FIELD = ".st-key-function input"


def typed(one, text):
    one.page.locator(FIELD).fill(text)
    one.page.keyboard.press("Enter")


def test_a_typed_function_is_raced_on_and_the_page_follows(visit):
    one = visit("?on=typed~text=x**2%2B2*y**2")
    typed(one, "sin(3x) exp(-y^2)")
    one.addressed("on=typed~text=sin(3*x)*exp(-y**2)")
    one.until("() => document.querySelector('.rv-arena').dataset.curves.includes('sin')")
    one.until(
        "() => document.querySelector('[data-testid=stMarkdown] .katex')?.textContent.includes('sin')"
    )
    assert one.page.locator(FIELD).input_value() == "sin(3x) exp(-y^2)"


def test_it_is_drawn_before_the_page_has_run_whole_and_from_its_end(visit):
    one = visit("?on=typed~text=x**2%2B2*y**2&zoom=-1,1,-1,1&at=3")
    asked = []
    one.page.on(
        "request",
        lambda request: asked.append(request.url) if "turn=function" in request.url else None,
    )
    typed(one, "x^2 + 7y^2")
    one.drawn("on=typed~text%3Dx%2A%2A2+%2B+7%2Ay%2A%2A2")
    assert len(asked) == 1
    assert one.state("step") == "60"
    one.addressed("on=typed~text=x**2+++7*y**2")
    one.until("() => !/zoom|at=/.test(location.search)")


def test_what_is_no_function_is_said_and_the_race_stays(visit):
    one = visit("?on=typed~text=x**2%2B2*y**2")
    before = one.url()
    typed(one, "x + foo(y)")
    one.until("() => document.body.textContent.includes('foo is no function')")
    assert one.url() == before


def test_a_surface_is_turned_and_turned_back(visit):
    one = visit()
    one.page.get_by_role("button", name="Rotate the surface").click()
    one.addressed("on=ravine~turn=0.52")
    one.page.get_by_role("button", name="Rotate it back").click()
    one.until("() => !location.search.includes('turn')")


def test_a_surface_is_chosen_by_its_picture(visit):
    one = visit("?run=adam")
    one.page.get_by_role("button", name="See all surfaces").click()
    one.page.locator(".rv-card", has_text="Himmelblau").first.click()
    one.addressed("on=himmelblau")
    one.addressed("run=adam")
