import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { Agreement, partsOf } from "../../ravine/web/arena/agreement.js"

const PARTS = ["run", "lr", "gamma"]

beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }))
afterEach(() => mock.timers.reset())

/** What is compared, and how often the page was asked to run. */
function staged(link, search) {
  const stage = { link, search, busy: false, ran: 0 }
  const on = { isBusy: () => stage.busy, repaint: () => (stage.ran += 1), search: () => stage.search }
  stage.agreement = new Agreement(() => ({ link: stage.link, parts: PARTS }), on)
  return stage
}

function pass(stage, looks = 2) {
  for (let k = 0; k < looks; k += 1) mock.timers.tick(1500)
  return stage.ran
}

test("what others put into an address, and the order of its names, count for nothing", () => {
  assert.equal(pass(staged("lr=0.1&run=adam", "?lang=zh&utm_source=x&run=adam&lr=0.1")), 0)
  assert.equal(pass(staged("run=momentum~gamma=0.9&run=adam", "?run=momentum%7Egamma%3D0.9&run=adam")), 0)
})

test("another value, a part too many or too few, another order of lanes: the page runs", () => {
  for (const [link, search] of [
    ["lr=0.1", "?lr=0.2"],
    ["lr=0.1", "?lr=0.1&gamma=0.9"],
    ["lr=0.1&gamma=0.9", "?lr=0.1"],
    ["run=adam&run=momentum", "?run=momentum&run=adam"],
  ]) assert.equal(pass(staged(link, search)), 1, search)
})

test("it runs once for the same difference, and again for another", () => {
  const stage = staged("lr=0.1", "?lr=0.2")
  pass(stage)
  assert.equal(pass(stage), 1)
  stage.link = "lr=0.3"
  assert.equal(pass(stage), 2)
})

test("once they have agreed again, the same difference is another one; being busy is no agreement", () => {
  const stage = staged("lr=0.1", "?lr=0.2")
  pass(stage)
  stage.busy = true
  pass(stage)
  stage.busy = false
  assert.equal(pass(stage, 5), 1)
  stage.search = "?lr=0.1"
  pass(stage)
  stage.search = "?lr=0.2"
  assert.equal(pass(stage), 2)
})

test("what differs at one look alone is on its way", () => {
  const stage = staged("lr=0.1", "?lr=0.2")
  assert.equal(pass(stage, 1), 0)
  stage.search = "?lr=0.1"
  assert.equal(pass(stage), 0)
})

test("while something is on its way it waits", () => {
  const stage = staged("lr=0.1", "?lr=0.2")
  stage.busy = true
  assert.equal(pass(stage, 5), 0)
  stage.busy = false
  assert.equal(pass(stage), 1)
})

test("once it is gone nothing runs", () => {
  const stage = staged("lr=0.1", "?lr=0.2")
  stage.agreement.dispose()
  assert.equal(pass(stage), 0)
})

test("an empty link is a race, too", () => {
  assert.equal(partsOf("", PARTS), "")
})
