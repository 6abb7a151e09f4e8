import assert from "node:assert/strict"
import { afterEach, beforeEach, test } from "node:test"

import { Pointing } from "../../ravine/web/arena/pointing.js"
import { closePage, openPage, settled } from "./page.mjs"

beforeEach(openPage)

afterEach(closePage)

class Points {
  constructor() {
    this.told = []
    this.text = "1,2"
  }

  open(place) {
    this.told.push(["open", place])
  }

  show(_data, marked) {
    this.told.push(["show", marked])
  }

  retry() {
    this.told.push(["retry"])
  }
}

/** Critical points of a race that shows these marks; `answers` are what fetching their code brings. */
function pointing(marks = [], ...answers) {
  const [scene, marked, asked] = [{ data: { words: { critical: "Critical points" } }, marks: new Set(marks) }, [], []]
  const load = async () => {
    asked.push(1)
    const answer = answers.shift() ?? { Points }
    if (answer instanceof Error) throw answer
    return answer
  }
  return { made: new Pointing(() => scene, { mark: (on) => marked.push(on) }, load), scene, marked, asked }
}

test("their code is fetched when somebody wants to see them, once", async () => {
  const { made, scene, asked } = pointing()
  await made.show()
  assert.equal(asked.length, 0)
  assert.equal(made.element.firstChild.textContent, "Critical points")
  scene.marks.add("critical")
  made.show()
  made.show()
  await settled()
  assert.equal(asked.length, 1)
  assert.deepEqual(made.points.told, [["open", null], ["show", true]])
})

test("a link that names a point opens the list and fetches them", async () => {
  const { made, asked } = pointing()
  made.open([1, 2])
  assert.equal(made.element.open, true)
  assert.equal(made.text, "1,2")
  await made.show()
  await settled()
  assert.equal(asked.length, 1)
  assert.deepEqual(made.points.told, [["open", [1, 2]], ["show", false]])
  made.open(null)
  assert.deepEqual(made.points.told.at(-1), ["open", null])
})

test("code that does not arrive is asked for again", async () => {
  const { made, asked } = pointing(["critical"], new Error("offline"))
  await made.show()
  assert.equal(made.points, null)
  await made.show()
  await settled()
  assert.equal(asked.length, 2)
  assert.ok(made.points)
})

test("who opens the list wants to see where they are; who closes it does not", async () => {
  const { made, scene, marked } = pointing()
  made.list()
  assert.deepEqual(marked, [true])
  made.element.open = true
  made.list()
  assert.deepEqual(marked, [true])
  Object.assign(made.element, { open: false })
  scene.marks.add("critical")
  made.list()
  await settled()
  assert.deepEqual(marked, [true])
  made.list()
  assert.deepEqual(made.points.told.map(([what]) => what), ["open", "show", "retry", "show"])
})

test("before there is one nothing is drawn, and nothing is in the link", () => {
  const { made } = pointing()
  assert.equal(made.drawn, undefined)
  assert.equal(made.text, "")
})
