import assert from "node:assert/strict"
import { test } from "node:test"

import { fill, rounded, short } from "../../ravine/web/shared/numbers.js"

for (const [value, text] of [
  [0, "0"],
  [-0, "0"],
  [1, "1"],
  [0.0123456, "0.0123"],
  [0.001, "0.001"],
  [0.00099, "9.9e−4"],
  [1.5e-7, "1.5e−7"],
  [-1.5e-7, "−1.5e−7"],
  [-2.34567, "−2.35"],
  [123456, "1.2e5"],
  [99999, "100000"],
  [12345, "12300"],
  [-3.4e38, "−3.4e38"],
  [Infinity, "∞"],
  [-Infinity, "−∞"],
  [NaN, "–"],
]) {
  test(`${value} reads ${text}`, () => assert.equal(short(value), text))
}

test("a number is short, has a true minus sign, and reads back to within its digits", () => {
  for (let power = -40; power <= 38; power++) {
    for (const value of [1.2345, -6.789].map((digits) => digits * 10 ** power)) {
      const text = short(value)
      assert.ok(text.length <= 8, text)
      assert.ok(!text.includes("-") && !text.includes("+"), text)
      const back = Number(text.replaceAll("−", "-"))
      assert.ok(Math.abs(back / value - 1) < 0.03, `${text} for ${value}`)
    }
  }
})

test("a coordinate is rounded to a thousandth of what is in view, and no coarser", () => {
  assert.equal(rounded(1.23456789, 1), 1.235)
  assert.equal(rounded(1.23456789, 4), 1.235)
  assert.equal(rounded(1.23456789, 0.01), 1.23457)
  assert.equal(rounded(-1.23456789, 10), -1.23)
  assert.equal(rounded(1234.56, 5000), 1235)
  assert.equal(rounded(1234.56, 5e6), 1235)
  for (let span = 1e-8; span < 1000; span *= 3.7) {
    assert.ok(Math.abs(rounded(Math.PI, span) - Math.PI) <= span / 2000 + 1e-15, `${span}`)
  }
})

test("a coordinate has no more than twelve digits", () => {
  assert.equal(rounded(0.1234567890123456, 1e-15), 0.123456789012)
})

test("every place in a text is filled, in any order", () => {
  assert.equal(fill("step {k} of {n}", { k: 0, n: 20 }), "step 0 of 20")
  assert.equal(fill("第 {n} 步中的第 {k} 步，{n}", { k: 3, n: 20 }), "第 20 步中的第 3 步，20")
  assert.equal(fill("no places", { k: 3 }), "no places")
})
