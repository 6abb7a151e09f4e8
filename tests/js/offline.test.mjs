// The page of a file that plays a race: what is in it, and that nothing gets out of its place.

import assert from "node:assert/strict"
import { test } from "node:test"

import { safe, written } from "../../ravine/web/arena/offline.js"

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&<!--`
const theme = { mode: "light", page: "#ffffff", text: "#000000", font: "Arial" }
const lane = (name, more = {}) => ({
  id: name, name, row: { story: "Still moving.", settings: "η = 0.4" }, light: "#c2184b", dark: "#ff8aa5", dash: [4, 2], marker: "star", hidden: false,
  x: Float32Array.of(0, 1, NaN), y: Float32Array.of(0, 0.5, Infinity), curves: { gap: Float64Array.of(3, 1e-300, NaN) },
  arrows: { gradient: { x: Float32Array.of(1, 2, 3), y: Float32Array.of(4, 5, 6) }, step: { x: Float32Array.of(0, 0, 0), y: Float32Array.of(0, 0, 0) } }, ...more,
})
const words = { bar: "Play the race", play: "Play", pause: "Pause", back: "Back", forward: "Forward", scrub: "Step", speed: "Speed", step: "step {k} of {n}", credit: "Ravine. MIT licence.", qr: "QR code", value: "numbers", whole_page: "Open in Ravine", secret: "not asked for" }

function file(lanes, more = {}) {
  const scene = { lanes, box: [-1, 3, -1, 2], frame: { left: 50, top: 10, width: 500, height: 340 }, marks: new Set(["gradient"]), theme }
  const shown = {
    panels: [{ x: 0, y: 0, width: 600, height: 400, ground: "<svg id='level'/>", scene }],
    lanes, theme, marks: new Set(["gradient"]), words, title: "Bowl", sentence: "Round.", description: "A bowl.", address: "example.org/?on=bowl",
    link: "https://example.org/?on=bowl", code: '<svg xmlns="http://www.w3.org/2000/svg"/>', first: "gap", steps: 2, at: 1, lang: "en", accent: "#0055cc", ...more,
  }
  return written(shown, { script: "play()", style: "p { margin: 0; }", nonce: "7" })
}

const race = (html) => JSON.parse(html.match(/id="race">(.*)<\/script>/)[1])
const numbers = (text, Type) => [...new Type(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer)]

test("a file says what the race is, and holds its numbers", () => {
  const html = file([lane("Adam"), lane("Gone", { hidden: true })])
  for (const part of ["<h1>Bowl</h1>", "<p>Round.</p>", 'aria-label="A bowl."', "<b>Adam</b>", "<p>η = 0.4</p>", "Still moving.", "MIT licence", 'href="https://example.org/?on=bowl"', ">example.org/?on=bowl<", 'alt="QR code"', 'lang="en"']) {
    assert.ok(html.includes(part), part)
  }
  assert.ok(!html.includes("Gone"))
  assert.ok(!html.includes("not asked for"))
  const { lanes, panels, at, steps } = race(html)
  assert.deepEqual([at, steps, lanes.length], [1, 2, 1])
  assert.deepEqual(panels[0].lanes, [0])
  assert.deepEqual(numbers(lanes[0].x, Float32Array), [0, 1, NaN])
  assert.deepEqual(numbers(lanes[0].y, Float32Array), [0, 0.5, Infinity])
  assert.deepEqual(numbers(lanes[0].values, Float64Array), [3, 1e-300, NaN])
  assert.deepEqual(Object.keys(lanes[0].arrows), ["gradient"])
})

test("where the address is too long to type there is a link with a name, and no code where there is none", () => {
  const html = file([lane("Adam")], { address: "", code: "" })
  assert.ok(html.includes('<a href="https://example.org/?on=bowl">Open in Ravine</a>'))
  assert.ok(!html.includes("QR code"))
})

test("no text gets out of its place", () => {
  const row = { story: HOSTILE, settings: HOSTILE }
  const html = file([lane(HOSTILE, { row })], { title: HOSTILE, sentence: HOSTILE, description: HOSTILE, address: HOSTILE, link: `https://example.org/?run=${HOSTILE}`, lang: HOSTILE, words: { ...words, step: HOSTILE, credit: HOSTILE } })
  assert.equal(html.match(/<script/g).length, 2)
  assert.equal(html.match(/<\/script>/g).length, 2)
  assert.doesNotMatch(html, /<img src=x|<!--/)
  assert.equal(race(html).lanes[0].name, HOSTILE)
  assert.equal(safe(HOSTILE).match(/[<>"']/), null)
})

test("the file's own policy lets the player run and nothing be asked for", () => {
  const policy = file([lane("Adam")]).match(/Content-Security-Policy" content="([^"]+)"/)[1]
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'nonce-7'/)
  assert.doesNotMatch(policy, /unsafe|https?:|\*/)
})
