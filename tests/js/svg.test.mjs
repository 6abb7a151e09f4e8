// What the pen writes is read back: paths as points, elements as attributes. A canvas's own rules are the reference.

import assert from "node:assert/strict"
import { test } from "node:test"

import { drawMark, OUTLINES } from "../../ravine/web/arena/marks.js"
import { SvgPen } from "../../ravine/web/arena/svg.js"

/** The elements of a drawing that show something: {tag, text, within, ...attributes}. */
function elements(pen) {
  const shown = []
  let within = null
  for (const [, end, tag, told, text] of body(pen).matchAll(/<(\/?)(\w+)([^>]*)>([^<]*)/g)) {
    const attributes = Object.fromEntries([...told.matchAll(/([\w-]+)="([^"]*)"/g)].map((found) => found.slice(1)))
    if (tag === "g") within = end ? null : (attributes["clip-path"] ?? null)
    else if (!end) shown.push({ tag, text, within, ...attributes })
  }
  return shown
}

const body = (pen) => pen.toString().replace(/<defs>.*<\/defs>/, "")
const only = (pen) => {
  const shown = elements(pen)
  assert.equal(shown.length, 1)
  return shown[0]
}

/** What one act on a fresh pen writes. */
function drawn(act) {
  const pen = new SvgPen()
  act(pen)
  return only(pen)
}

const near = (text, expected) => {
  const numbers = text.match(/-?[\d.]+(e[+-]?\d+)?/g).map(Number)
  assert.equal(numbers.length, expected.length, text)
  numbers.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= 0.0051, `${text} is not ${expected}`))
}

test("a line to an empty path is a move, as on a canvas", () => {
  const line = drawn((pen) => {
    for (const point of [[1, 2], [3, 4], [5, 6]]) pen.lineTo(...point)
    pen.stroke()
  })
  assert.equal(line.d, "M1 2L3 4L5 6")
  assert.equal(line.fill, "none")
})

test("points that are no numbers are left out, and the path goes on", () => {
  const line = drawn((pen) => {
    pen.lineTo(NaN, 0)
    pen.lineTo(0, 0)
    pen.lineTo(Infinity, 1)
    pen.moveTo(-Infinity, 1)
    pen.rect(0, 0, NaN, 1)
    pen.arc(NaN, 0, 1, 0, 1)
    pen.arc(0, 0, 1, 0, Infinity)
    pen.lineTo(2, 2)
    pen.closePath()
    pen.fill()
  })
  assert.equal(line.d, "M0 0L2 2Z")
})

test("nothing is written for a path without a point, nor for a text at no place", () => {
  const pen = new SvgPen()
  pen.closePath()
  pen.fill()
  pen.stroke()
  pen.fillRect(0, 0, NaN, 1)
  pen.fillText("x", NaN, 0)
  pen.clearRect(0, 0, 10, 10)
  assert.deepEqual(elements(pen), [])
})

test("numbers are hundredths of a pixel, and huge ones do not break a path", () => {
  const line = drawn((pen) => {
    pen.moveTo(1 / 3, -0.001)
    pen.lineTo(1.005e30, -1e22)
    pen.lineTo(1, -1e300) // more than a canvas, or who reads SVG, can hold
    pen.stroke()
  })
  assert.match(line.d, /^M0\.33 0L1\.005e\+30 -1e\+22$/)
})

test("a path begins anew where it is told to, and can be painted twice", () => {
  const pen = new SvgPen()
  pen.lineTo(0, 0)
  pen.lineTo(1, 0)
  pen.fill()
  pen.stroke()
  pen.beginPath()
  pen.lineTo(5, 5)
  pen.lineTo(6, 5)
  pen.stroke()
  assert.deepEqual(elements(pen).map(({ d }) => d), ["M0 0L1 0", "M0 0L1 0", "M5 5L6 5"])
})

test("looks are those of the moment at which a path is painted", () => {
  const line = drawn((pen) => {
    Object.assign(pen, { strokeStyle: "#123456", lineWidth: 2.5, lineJoin: "round", lineCap: "square" })
    Object.assign(pen, { globalAlpha: 0.5 })
    pen.setLineDash([6, 3])
    pen.rect(0, 0, 1, 1)
    pen.stroke()
  })
  assert.equal(line.stroke, "#123456")
  assert.equal(line["stroke-width"], "2.5")
  assert.equal(line["stroke-linejoin"], "round")
  assert.equal(line["stroke-linecap"], "square")
  assert.equal(line["stroke-opacity"], "0.5")
  assert.equal(line["stroke-dasharray"], "6 3")
})

test("dashes: an odd list twice, an empty one none, a wrong one ignored", () => {
  const dashes = [[1, 2, 3], [], [1, -1], [4, 2]].map((dash) => {
    const pen = new SvgPen()
    pen.setLineDash([7, 7])
    pen.setLineDash(dash)
    pen.rect(0, 0, 1, 1)
    pen.stroke()
    return only(pen)["stroke-dasharray"]
  })
  assert.deepEqual(dashes, ["1 2 3 1 2 3", undefined, "7 7", "4 2"])
})

for (const [style, colour, opacity] of [
  ["#abcdef", "#abcdef", undefined],
  ["rgba(1, 2, 3, 0.5)", "rgb(1,2,3)", "0.25"],
  ["rgb(1 2 3 / 50%)", "rgb(1,2,3)", "0.25"],
  ["#11223380", "#112233", "0.251"],
  ["transparent", "none", undefined],
]) {
  test(`a colour and its own alpha are told apart: ${style}`, () => {
    const shape = drawn((pen) => {
      pen.fillStyle = style
      pen.globalAlpha = opacity ? 0.5 : 1
      pen.fillRect(0, 0, 1, 1)
    })
    assert.equal(shape.fill, colour)
    assert.equal(shape["fill-opacity"], opacity)
  })
}

test("save and restore bring back looks, dashes, the matrix and the clip, and not the path", () => {
  const pen = new SvgPen()
  pen.fillStyle = "red"
  pen.save()
  pen.fillStyle = "blue"
  pen.setLineDash([1, 1])
  pen.translate(10, 10)
  pen.rect(0, 0, 5, 5)
  pen.clip()
  pen.fill()
  pen.restore()
  pen.restore() // once too often, as on a canvas, does nothing
  pen.stroke()
  pen.fillRect(0, 0, 1, 1)
  const [inner, outline, outer] = elements(pen)
  assert.deepEqual([inner.fill, outer.fill], ["blue", "red"])
  assert.equal(outline.d, inner.d)
  assert.equal(outline["stroke-dasharray"], undefined)
  assert.equal(outer.d, "M0 0L1 0L1 1L0 1Z")
  assert.deepEqual([inner.within, outer.within], ["url(#clip-1)", null])
})

test("a clip in a clip is what both let through, and ids begin with the pen's name", () => {
  const pen = new SvgPen("left")
  for (const size of [10, 5]) {
    pen.beginPath()
    pen.rect(0, 0, size, size)
    pen.clip()
  }
  pen.fillRect(0, 0, 1, 1)
  const [first, second] = [...pen.toString().matchAll(/<clipPath ([^>]*)><path d="([^"]*)"/g)]
  assert.equal(first[1], 'id="left-1"')
  assert.equal(second[1], 'id="left-2" clip-path="url(#left-1)"')
  assert.deepEqual([first[2], second[2]], ["M0 0L10 0L10 10L0 10Z", "M0 0L5 0L5 5L0 5Z"])
  assert.equal(only(pen).within, "url(#left-2)")
})

test("what shares a clip shares a group", () => {
  const pen = new SvgPen()
  pen.save()
  pen.rect(0, 0, 9, 9)
  pen.clip()
  pen.fillRect(1, 1, 1, 1)
  pen.fillRect(2, 2, 1, 1)
  pen.restore()
  pen.fillRect(3, 3, 1, 1)
  assert.equal(pen.toString().match(/<g clip-path/g).length, 1)
  assert.equal(pen.toString().match(/<\/g>/g).length, 2)
})

test("points go through the matrix that holds when they are added", () => {
  const line = drawn((pen) => {
    pen.translate(10, 20)
    pen.lineTo(0, 0)
    pen.scale(2, 3)
    pen.lineTo(1, 1)
    pen.rotate(Math.PI / 2)
    pen.lineTo(1, 0)
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.lineTo(7, 7)
    pen.stroke()
  })
  near(line.d, [10, 20, 12, 23, 10, 23, 7, 7])
  assert.equal(line["stroke-width"], "1")
})

test("a matrix makes strokes and their dashes wider", () => {
  const line = drawn((pen) => {
    pen.setTransform(0, 2, -2, 0, 0, 0) // twice as large, and a quarter turn
    pen.setLineDash([3, 1])
    pen.rect(0, 0, 1, 1)
    pen.stroke()
  })
  assert.equal(line["stroke-width"], "2")
  assert.equal(line["stroke-dasharray"], "6 2")
})

test("a whole circle is two halves", () => {
  for (const end of [2 * Math.PI, 6.2831853, 9]) {
    const circle = drawn((pen) => {
      pen.arc(10, 20, 5, 0, end)
      pen.fill()
    })
    assert.match(circle.d, /^M15 20A5 5 0 0 1 5 20A5 5 0 0 1 15 20$/)
  }
})

for (const [name, from, to, back, expected] of [
  ["a quarter", 0, Math.PI / 2, false, "M5 0A5 5 0 0 1 0 5"],
  ["the other three", 0, Math.PI / 2, true, "M5 0A5 5 0 0 0 -3.54 -3.54A5 5 0 0 0 0 5"],
  ["backwards through 0", Math.PI / 2, -Math.PI / 2, true, "M0 5A5 5 0 0 0 0 -5"],
  ["forwards past a turn", -Math.PI / 2, -Math.PI, false, "M0 -5A5 5 0 0 1 3.54 3.54A5 5 0 0 1 -5 0"],
]) {
  test(`a part of a circle: ${name}`, () => {
    const arc = drawn((pen) => {
      pen.arc(0, 0, 5, from, to, back)
      pen.stroke()
    })
    assert.equal(arc.d, expected)
  })
}

test("an arc is joined to the path before it", () => {
  const pie = drawn((pen) => {
    pen.moveTo(0, 0)
    pen.arc(0, 0, 5, 0, Math.PI / 2)
    pen.closePath()
    pen.fill()
  })
  assert.equal(pie.d, "M0 0L5 0A5 5 0 0 1 0 5Z")
})

test("a circle under a matrix is an ellipse, and a mirror turns its sense", () => {
  const ellipse = (...matrix) =>
    drawn((pen) => {
      pen.setTransform(...matrix)
      pen.arc(0, 0, 1, 0, Math.PI / 2)
      pen.fill()
    }).d
  assert.equal(ellipse(30, 0, 0, 20, 0, 0), "M30 0A30 20 0 0 1 0 20")
  assert.equal(ellipse(20, 0, 0, 30, 0, 0), "M20 0A30 20 90 0 1 0 30")
  assert.equal(ellipse(1, 0, 0, -1, 5, 5), "M6 5A1 1 0 0 0 5 4")
  const [c, s] = [Math.cos(0.5), Math.sin(0.5)]
  near(ellipse(30 * c, 30 * s, -20 * s, 20 * c, 0, 0), [30 * c, 30 * s, 30, 20, 28.65, 0, 1, -20 * s, 20 * c])
})

test("text has its place, its anchor and its font", () => {
  const text = drawn((pen) => {
    Object.assign(pen, { textAlign: "center", textBaseline: "middle" })
    pen.font = 'italic 600 14px "Source Sans", sans-serif'
    pen.fillText(17, 100, 50)
  })
  assert.deepEqual([text.x, text.y, text.text], ["100", "54.2", "17"])
  assert.equal(text["text-anchor"], "middle")
  assert.equal(text["font-family"], "&quot;Source Sans&quot;, sans-serif")
  assert.deepEqual([text["font-size"], text["font-weight"], text["font-style"]], ["14", "600", "italic"])
})

test("the halo of a text is its stroke", () => {
  const pen = new SvgPen()
  Object.assign(pen, { strokeStyle: "#fff", lineWidth: 4, textAlign: "right" })
  pen.strokeText("x", 1, 2)
  pen.fillText("x", 1, 2)
  const [halo, text] = elements(pen)
  assert.deepEqual([halo.fill, halo.stroke, halo["stroke-width"]], ["none", "#fff", "4"])
  assert.deepEqual([text.fill, text.y, text["text-anchor"]], ["#000000", "2", "end"])
})

test("text is turned by the matrix", () => {
  const text = drawn((pen) => {
    pen.translate(10, 20)
    pen.rotate(-Math.PI / 2)
    pen.fillText("up", 0, 0)
  })
  assert.equal(text.transform, "matrix(0 -1 1 0 10 20)")
})

test("whatever a text holds, the document stays whole", () => {
  const hostile = `</text><script>"&'\u0000\u001b\ud800 ${"\u{1f600}"}  end`
  const pen = new SvgPen('a"b')
  pen.font = '9px "</svg>"'
  pen.fillStyle = '"/><script>'
  pen.rect(0, 0, 1, 1)
  pen.clip()
  pen.fillText(hostile, 0, 0)
  const text = pen.document(10, 10)
  assert.ok(!text.includes("<script"))
  assert.equal(text.match(/<\/svg>/g).length, 1)
  assert.ok(text.includes("&lt;/text&gt;&lt;script&gt;&quot;&amp;'\ufffd\ufffd\ufffd \u{1f600}\u00a0 end"))
  assert.ok(text.includes('id="a&quot;b-1"'))
})

test("every mark can be written", () => {
  for (const symbol of Object.keys(OUTLINES)) {
    const pen = new SvgPen()
    drawMark(pen, symbol, 50, 50, 10)
    const [fill, stroke] = elements(pen)
    assert.equal(fill.d, stroke.d)
    assert.equal(fill.d.match(/[ML]/g).length, OUTLINES[symbol].length)
    assert.ok(fill.d.endsWith("Z"))
  }
})

test("a document has its size, and mitres as sharp as a canvas's", () => {
  const pen = new SvgPen()
  pen.fillRect(0, 0, 5, 5)
  const text = pen.document(640.456, 480)
  assert.ok(text.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '))
  assert.ok(text.includes('width="640.46" height="480" viewBox="0 0 640.46 480"'))
  assert.ok(text.includes('stroke-miterlimit="10"'))
  assert.ok(text.endsWith("</svg>\n"))
})
