import assert from "node:assert/strict"
import { test } from "node:test"

import { arrange, filling } from "../../ravine/web/arena/layout.js"

const GAP = 12
const WIDTHS = Array.from({ length: 1481 }, (_, i) => 320 + i)

/** Call `check` with every arrangement of several panels. */
function everywhere(check) {
  for (let count = 2; count <= 12; count++) {
    for (const width of WIDTHS) check(arrange(count, width, 800, 1), count, width)
  }
}

test("a row of panels fills the container and is never wider", () => {
  everywhere(({ columns, width: each }, count, width) => {
    const row = columns * each + GAP * (columns - 1)
    assert.ok(row <= width && row > width - columns, `${count} panels at ${width}: a row of ${row}`)
    assert.ok(Number.isInteger(each))
  })
})

test("panels in a row are wide enough to read, and another column would make them too narrow", () => {
  everywhere(({ columns, width: each }, count, width) => {
    assert.ok(columns === 1 || each >= 225, `${count} panels at ${width}: ${each} each`)
    const rows = Math.ceil(count / columns)
    const most = Array.from({ length: Math.min(count, 4) }, (_, i) => i + 1)
      .filter((n) => n === 1 || (width - GAP * (n - 1)) / n >= 225).at(-1)
    assert.equal(rows, Math.ceil(count / most), `${count} panels at ${width}`)
  })
})

test("no row could be spared a column", () => {
  everywhere(({ columns }, count, width) => {
    assert.ok(columns >= 1 && columns <= Math.min(4, count))
    const more = Math.ceil(count / (columns - 1)) > Math.ceil(count / columns)
    assert.ok(columns === 1 || more, `${count} panels at ${width}: ${columns} columns`)
  })
})

for (const [count, width, columns] of [
  [2, 1200, 2], [3, 1200, 3], [4, 1200, 4], [5, 1200, 3], [6, 1200, 3], [7, 1200, 4], [9, 1200, 3], [12, 1200, 4],
  [5, 800, 3], [4, 700, 2], [2, 462, 2], [2, 461, 1], [12, 320, 1], [3, 150, 1],
]) {
  test(`${count} panels in ${width} pixels stand in ${columns} columns`, () => {
    assert.equal(arrange(count, width, 800, 1).columns, columns)
  })
}

test("one panel takes the whole width", () => {
  for (const width of WIDTHS) {
    const { columns, width: each } = arrange(1, width, 800, 1)
    assert.deepEqual([columns, each], [1, width])
  }
})

test("a panel is as high as its picture asks", () => {
  assert.equal(arrange(1, 800, 1000, 0.625).height, 500)
  assert.equal(arrange(3, 924, 1000, 0.85).height, 255)
})

test("a panel is never flatter than can be read, nor higher than about half the window", () => {
  assert.equal(arrange(1, 800, 1000, 0.1).height, 320)
  assert.equal(arrange(1, 1800, 1000, 1).height, 560)
  assert.equal(arrange(1, 1800, 600, 1).height, 340)
  assert.equal(arrange(4, 1200, 1000, 0.1).height, 200)
  assert.equal(arrange(2, 1800, 1000, 1).height, 500)
  assert.equal(arrange(2, 1800, 300, 1).height, 240)
})

test("on a telephone that lies on its side the whole picture and its bar are on the screen", () => {
  for (const viewHeight of [375, 390, 430]) {
    const { height } = arrange(1, 800, viewHeight, 0.7)
    assert.ok(height >= 160 && height <= viewHeight - 190)
  }
})

test("a given room is filled, by as few rows as leave every panel large", () => {
  for (let count = 1; count <= 12; count++) {
    for (const [width, height] of [[976, 480], [1232, 430], [1872, 800], [560, 900]]) {
      const { columns, width: each, height: high } = filling(count, width, height)
      const rows = Math.ceil(count / columns)
      assert.ok(columns * each + GAP * (columns - 1) <= width, `${count} in ${width}`)
      assert.ok(rows * high + GAP * (rows - 1) <= height, `${count} in ${height}`)
      assert.ok(each > 0 && high > 0)
    }
  }
  assert.deepEqual(filling(1, 976, 480), { columns: 1, width: 976, height: 480 })
  assert.equal(filling(2, 1232, 430).columns, 2)
  assert.equal(filling(2, 560, 900).columns, 1)
})
