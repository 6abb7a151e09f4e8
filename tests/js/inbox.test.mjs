import assert from "node:assert/strict"
import { test } from "node:test"

import { Inbox } from "../../ravine/web/arena/inbox.js"

/** An inbox, and what it did; `newer` is the link of a preview that is newer than what comes. */
function inbox({ shown = null, held = null, newer = null } = {}) {
  const told = []
  const live = {
    held,
    isNewer: (link) => newer !== null && link !== newer,
    hold: (data) => told.push(["hold", data]),
    release: (data) => ({ ...held, ...data }),
  }
  const on = { current: () => shown, update: (data) => told.push(["update", data]) }
  return { made: new Inbox(live, { answered: () => told.push(["answered"]) }, on), told, show: (data) => (shown = data) }
}

const page = (stamp, more) => ({ visit: "a", stamp, link: `lr=${stamp}`, ...more })

test("an answer of the page is shown", async () => {
  const { made, told } = inbox()
  await made.receive(page(1))
  assert.deepEqual(told, [["update", page(1)]])
})

test("an older one brings nothing but a new theme", async () => {
  const { made, told } = inbox({ shown: page(5) })
  await made.receive(page(4))
  await made.receive(page(5))
  assert.deepEqual(told, [["update", {}], ["update", page(5)]])
})

test("what is held counts as the last one", async () => {
  const { made, told } = inbox({ shown: page(3), held: page(7, { layout: "panels" }) })
  await made.receive(page(6))
  await made.receive(page(8))
  assert.deepEqual(told, [["update", {}], ["update", page(8, { layout: "panels" })]])
})

test("another visit begins anew", async () => {
  const { made, told } = inbox({ shown: page(9) })
  await made.receive(page(1, { visit: "b" }))
  assert.equal(told[0][1].stamp, 1)
})

test("while a preview is newer an answer is held", async () => {
  const { made, told } = inbox({ newer: "lr=9" })
  await made.receive(page(2))
  await made.receive(page(9))
  assert.deepEqual(told, [["hold", page(2)], ["update", page(9)]])
})

test("a slider that was let go is newer than the last run, and older than the next", async () => {
  const { made, told, show } = inbox({ shown: page(3) })
  made.live.seen = { link: "lr=9" }
  await made.settled()
  const rested = { link: "lr=9", stamp: 3.5 }
  assert.deepEqual(told, [["update", rested]])
  show({ ...page(3), ...rested })
  await made.settled()
  await made.receive(page(3))
  await made.receive(page(4))
  assert.deepEqual(told.slice(1).map(([, { stamp }]) => stamp), [3.5, undefined, 4])
})

test("a run of the page lets the next message go, a second mount of the same one does not", () => {
  const { made, told, show } = inbox()
  made.answered(page(1))
  show(page(1))
  made.answered(page(1))
  made.answered(page(2))
  assert.deepEqual(told.map(([what]) => what), ["update", "update", "answered", "update"])
})
