import assert from "node:assert/strict"
import { test } from "node:test"

import { Outbox } from "../../ravine/web/arena/outbox.js"

const box = (patience) => {
  const sent = []
  return [new Outbox((...message) => sent.push(message), patience), sent]
}

test("one message at a time, in order, none lost", () => {
  const [outbox, sent] = box()
  outbox.put("edit", 1)
  outbox.put("edit", 2)
  outbox.put("turn", 3)
  assert.deepEqual(sent, [["edit", 1]])
  outbox.answered()
  outbox.answered()
  assert.deepEqual(sent, [["edit", 1], ["edit", 2], ["turn", 3]])
  outbox.dispose()
})

test("of the looks that wait only the last one counts", () => {
  const [outbox, sent] = box()
  for (const [kind, value] of [["edit", 1], ["look", "a"], ["turn", 2], ["look", "b"]]) outbox.put(kind, value)
  for (let k = 0; k < 4; k++) outbox.answered()
  assert.deepEqual(sent, [["edit", 1], ["turn", 2], ["look", "b"]])
  outbox.dispose()
})

test("an answer that does not come is not waited for without end", async () => {
  const [outbox, sent] = box(20)
  outbox.put("edit", 1)
  outbox.put("edit", 2)
  await new Promise((done) => setTimeout(done, 60))
  assert.equal(sent.length, 2)
  outbox.dispose()
})
