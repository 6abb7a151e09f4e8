"""The head of every page: language, light and dark, and what there is to share."""

import re

import pytest

from tests.browser.conftest import WIDE, address_of, patient

pytestmark = pytest.mark.browser

PAGES = ("", "inside", "many", "verified")
QR = "() => document.querySelector('.rv-qr-whole img')?.naturalWidth > 0"


def speaks(page, code):
    page.wait_for_function("(code) => document.documentElement.lang === code", arg=code)


def opened(browser, address, path="", **how):
    page = patient(browser, viewport=WIDE, **{"locale": "en-US", **how}).new_page()
    page.goto(f"{address}/{path}")
    page.locator(".rv-head-bar").wait_for()
    return page


@pytest.mark.parametrize("path", PAGES)
def test_the_language_changes_where_one_is_and_stays(browser, address, path):
    page = opened(
        browser, address, f"{path}?run=adam&run=momentum&lr=0.2" if path != "verified" else path
    )
    speaks(page, "en")
    page.get_by_role("button", name="中文").click()
    speaks(page, "zh-CN")
    assert page.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"
    page.get_by_role("link", name="对比").first.click()
    page.locator(".rv-arena[data-curves]").wait_for()
    speaks(page, "zh-CN")
    page.wait_for_function("() => location.search.includes('lang=zh')")
    if path != "verified":
        assert "run=adam" in address_of(page)
        assert "lr=0.2" in address_of(page)
    page.reload()
    page.get_by_role("button", name="EN", exact=True).click()
    speaks(page, "en")
    page.get_by_role("link", name="Compare").first.wait_for()
    page.context.close()


PAPER = {"Light": "rgb(255, 255, 255)", "Dark": "rgb(16, 21, 31)"}  # .streamlit/config.toml
IS_PAPER = """(colour) => {
  const app = document.querySelector('.stApp')
  return app && getComputedStyle(app).backgroundColor === colour
}"""


@pytest.mark.parametrize(("usual", "other"), [("Light", "Dark"), ("Dark", "Light")])
def test_light_and_dark_are_chosen_once_for_all_pages(browser, address, usual, other):
    page = opened(browser, address, "?run=adam&lr=0.2", color_scheme=usual.lower())
    page.wait_for_function(IS_PAPER, arg=PAPER[usual])
    page.get_by_role("button", name=other, exact=True).click()
    page.wait_for_function(IS_PAPER, arg=PAPER[other])
    assert "lr=0.2" in address_of(page)
    for path in PAGES:
        page.goto(f"{address}/{path}")
        page.wait_for_function(IS_PAPER, arg=PAPER[other])
    page.get_by_role("button", name=usual, exact=True).click()
    page.wait_for_function(IS_PAPER, arg=PAPER[usual])
    page.context.close()


@pytest.mark.parametrize(
    ("name", "copied"),
    [("Copy the link", r"http://\S+/\?run=adam$"),
     ("Copy the embed code", r'<iframe src="http://\S+/\?embed=true&amp;run=adam"'),
     ("Copy the credit line", r"Ravine, .* http://\S+/\?run=adam$")],
)  # fmt: skip
def test_what_is_copied(browser, address, name, copied):
    page = opened(browser, address, "?run=adam")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".rv-arena[data-curves]").wait_for()
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name=name).click()
    page.get_by_text("Copied.").wait_for()
    assert re.match(copied, page.evaluate("navigator.clipboard.readText()"))
    page.context.close()


def test_the_qr_code_fills_the_screen_and_goes_at_a_press_or_a_key(browser, address):
    page = opened(browser, address, "many?run=adam")
    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.click(20, 20)):
        page.get_by_role("button", name="Share").click()
        page.get_by_role("button", name="QR code").click()
        page.wait_for_function(QR)
        box = page.locator(".rv-qr-whole img").bounding_box()
        assert box["height"] > 0.8 * WIDE["height"]
        leave()
        page.locator(".rv-qr-screen").wait_for(state="detached")
    page.context.close()


def test_an_address_that_no_code_holds_is_said_so(browser, address):
    page = opened(browser, address, "verified?x=" + "y" * 3000)
    page.get_by_role("button", name="Share").click()
    page.get_by_text("too long for a QR code").wait_for()
    assert page.locator(".rv-qr").is_disabled()
    page.context.close()


def test_inside_another_page_there_is_no_head_and_the_language_is_told(browser, address):
    page = patient(browser, viewport=WIDE).new_page()
    page.goto(f"{address}/?embed=true&lang=zh")
    page.locator(".rv-arena[data-curves]").wait_for()
    speaks(page, "zh-CN")
    assert page.locator(".rv-head-bar").count() == 0
    page.context.close()
