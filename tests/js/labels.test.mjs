import assert from "node:assert/strict"
import { test } from "node:test"

import { labelBox } from "../../ravine/web/arena/labels.js"

const FRAME = [0, 400, 0, 300]
const rest = { leads: [10, 40], frame: FRAME, taken: [], cost: () => 0 }
const apart = ([left, right, top, bottom], [l, r, t, b]) => right <= l || r <= left || bottom <= t || b <= top

test("a label stands in the frame, beside its anchor, wherever that is", () => {
  for (let x = 0; x <= 400; x += 20) {
    for (let y = 0; y <= 300; y += 20) {
      const [left, right, top, bottom] = labelBox([x, y], [120, 24], rest)
      assert.ok(left >= 0 && right <= 400 && top >= 0 && bottom <= 300)
      assert.deepEqual([right - left, bottom - top], [120, 24])
      assert.ok(Math.max(left - x, x - right, top - y, y - bottom) > 0, "it does not cover what it means")
    }
  }
})

test("labels of one place stay apart as long as there is room", () => {
  const taken = []
  for (let i = 0; i < 6; i++) {
    const box = labelBox([200, 150], [90, 24], { ...rest, leads: [10, 40, 80], taken })
    assert.ok(taken.every((other) => apart(box, other)))
    taken.push(box)
  }
  assert.equal(labelBox([200, 150], [90, 24], { ...rest, taken: [FRAME] }), undefined)
  assert.equal(labelBox([200, 150], [500, 24], rest), undefined)
})

test("where less is hidden is better, and near is better than far", () => {
  const right = ([left]) => (left > 200 ? 0 : 1)
  assert.ok(labelBox([200, 150], [90, 24], { ...rest, cost: right })[0] > 200)
  assert.equal(labelBox([200, 150], [90, 24], rest)[0], 210)
})
