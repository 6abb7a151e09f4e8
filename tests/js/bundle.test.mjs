// Several modules as one script.

import assert from "node:assert/strict"
import { test } from "node:test"

import { bundled } from "../../ravine/web/arena/bundle.js"

const reading = (files) => (url) => {
  const name = url.replace("https://here/", "")
  if (!(name in files)) throw new Error(`404 from ${url}`)
  return files[name]
}

const FILES = {
  "play/main.js": 'import { Adder, ONE } from "../sum.js"\nimport { shout } from "./say.js"\n\nexport function begin() {\n  globalThis.said = shout(new Adder(ONE).add(2))\n}',
  "play/say.js": 'import { ONE } from "../sum.js"\nconst mark = "!"\nexport const shout = (n) => `${n}${mark.repeat(ONE)}`',
  "sum.js": 'globalThis.ran = (globalThis.ran ?? 0) + 1\nexport const ONE = 1\nconst mark = "?"\nexport class Adder {\n  constructor(n) {\n    this.n = n\n  }\n\n  add(m) {\n    return this.n + m\n  }\n}\nexport async function* never() {}',
}

test("a script of several modules runs each of them once, and keeps their names apart", async () => {
  const script = await bundled("https://here/play/main.js", "begin", reading(FILES))
  assert.doesNotMatch(script, /^\s*(import|export) /m)
  new Function(script)()
  assert.equal(globalThis.said, "3!")
  assert.equal(globalThis.ran, 1)
})

test("a module that is not there, or is written in another way, makes no script", async () => {
  const bundle = (text) => bundled("https://here/a.js", "begin", reading({ "a.js": text }))
  await assert.rejects(bundle('import { b } from "./b.js"'), /404 from https:\/\/here\/b.js/)
  for (const text of ['import b from "./a.js"', "export default 1", "export { b }", 'const b = import("./b.js")', 'import "./b.js"']) {
    await assert.rejects(bundle(text), /cannot be bundled|can be bundled/, text)
  }
})
