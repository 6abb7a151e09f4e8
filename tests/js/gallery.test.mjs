import assert from "node:assert/strict"
import { test } from "node:test"

import { addressOf, isPlain, pictureOf, unbroken } from "../../ravine/web/gallery/gallery.js"

test("a card leads to its race on the same page", () => {
  assert.equal(addressOf("on=bowl&run=adam", ""), "?on=bowl&run=adam")
  assert.equal(addressOf("on=bowl&run=adam", "?on=ravine&lr=0.1"), "?on=bowl&run=adam")
  assert.equal(addressOf("", "?lr=0.1"), "?")
})

test("a card keeps the visitor's choice of language", () => {
  assert.equal(addressOf("on=bowl", "?lr=0.1&lang=zh_CN"), "?lang=zh_CN&on=bowl")
  assert.equal(addressOf("", "?lang=zh_CN"), "?lang=zh_CN")
  assert.equal(addressOf("on=bowl", "?lang=%26on%3Dsaddle"), "?lang=%26on%3Dsaddle&on=bowl")
})

test("a picture is that of the race, in the colours of the page", () => {
  assert.equal(pictureOf("/t", "on=bowl", "dark"), "/t?on=bowl&mode=dark")
  assert.equal(pictureOf("/t", "", "light"), "/t?mode=light")
})

test("only a plain click opens the race here", () => {
  const plain = { button: 0, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, defaultPrevented: false }
  assert.equal(isPlain(plain), true)
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey", "defaultPrevented"]) {
    assert.equal(isPlain({ ...plain, [key]: true }), false, key)
  }
  assert.equal(isPlain({ ...plain, button: 1 }), false)
})

test("no line ends beside an equals sign", () => {
  assert.equal(unbroken("with η = 0.1 and γ < 1"), "with η\u00a0=\u00a00.1 and γ\u00a0<\u00a01")
  assert.equal(unbroken("as it is"), "as it is")
})
