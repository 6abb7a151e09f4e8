import assert from "node:assert/strict"
import { afterEach, test } from "node:test"

import { luminance, themeOf } from "../../ravine/web/shared/theme.js"

/** Let every element have the style `variables`. */
function styled(variables) {
  globalThis.getComputedStyle = () => ({ getPropertyValue: (name) => variables[name] ?? "" })
}

afterEach(() => delete globalThis.getComputedStyle)

test("luminance goes from black to white", () => {
  assert.equal(luminance("#000000"), 0)
  assert.ok(Math.abs(luminance("#ffffff") - 1) < 1e-12)
  assert.ok(Math.abs(luminance("#808080") - 128 / 255) < 1e-12)
})

test("green is lighter than red, and red than blue", () => {
  assert.equal(luminance("#ff0000"), 0.2126)
  assert.equal(luminance("#00ff00"), 0.7152)
  assert.equal(luminance("#0000FF"), 0.0722)
})

test("a page is dark when its ground is", () => {
  for (const [page, mode] of [["#10151f", "dark"], ["#ffffff", "light"], [" #0e1117 ", "dark"], ["#f0f3f8", "light"]]) {
    styled({ "--st-background-color": page })
    assert.equal(themeOf({}).mode, mode, page)
  }
})

test("colours and font are those of the page", () => {
  styled({ "--st-background-color": " #10151f", "--st-text-color": " #e9eef7 ", "--st-font": "Source Sans" })
  assert.deepEqual(themeOf({}), { mode: "dark", page: "#10151f", text: "#e9eef7", font: "Source Sans" })
})

test("a page that says nothing is black on white", () => {
  styled({})
  assert.deepEqual(themeOf({}), { mode: "light", page: "#ffffff", text: "#000000", font: "sans-serif" })
})
