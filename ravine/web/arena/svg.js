// A pen that writes SVG. It takes what the arena asks of a canvas's 2D context and means the same by it, so that
// whatever is painted on the screen can be taken away as a drawing: sharp at any size, every line a line.
//
// Paths are written where they come to lie (a point is transformed when it is added, as on a canvas), so a stroke under
// a matrix that stretches one way more than another is as wide as the middle of both. Everything else is exact.

const FRESH = {
  fillStyle: "#000000",
  strokeStyle: "#000000",
  lineWidth: 1,
  lineJoin: "miter",
  lineCap: "butt",
  globalAlpha: 1,
  font: "10px sans-serif",
  textAlign: "left",
  textBaseline: "alphabetic",
}
const IDENTITY = [1, 0, 0, 1, 0, 0]
const ANCHORS = { center: "middle", right: "end", end: "end" } // any other is "start"
const MIDDLE = 0.3 // of a letter's size: from its line to its middle; on a canvas 0.26 to 0.38, as the font has it
const MITER = 10 // a canvas's own; SVG's is 4
const FULL = 2 * Math.PI
const ALONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g // half a letter
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g // what XML cannot hold

export class SvgPen {
  /** `name` begins the ids of what is clipped; two drawings in one document need two names. */
  constructor(name = "clip") {
    Object.assign(this, FRESH)
    Object.assign(this, { name, matrix: IDENTITY, dash: [], clipped: "", saved: [], defs: [], marks: [] })
    this.beginPath()
  }

  save() {
    const looks = Object.keys(FRESH).map((key) => [key, this[key]])
    this.saved.push({ ...Object.fromEntries(looks), matrix: this.matrix, dash: this.dash, clipped: this.clipped })
  }

  restore() {
    Object.assign(this, this.saved.pop())
  }

  setTransform(...matrix) {
    if (matrix.length === 6 && matrix.every(Number.isFinite)) this.matrix = matrix
  }

  translate(x, y) {
    this.setTransform(...product(this.matrix, [1, 0, 0, 1, x, y]))
  }

  scale(x, y) {
    this.setTransform(...product(this.matrix, [x, 0, 0, y, 0, 0]))
  }

  rotate(angle) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    this.setTransform(...product(this.matrix, [c, s, -s, c, 0, 0]))
  }

  /** As a canvas has it: an odd list is taken twice, and one with a wrong number is none. */
  setLineDash(dash) {
    if (!dash.every((length) => length >= 0 && Number.isFinite(length))) return
    this.dash = dash.length % 2 ? [...dash, ...dash] : [...dash]
  }

  clearRect() {}

  beginPath() {
    this.path = []
    this.open = false // whether the path has a last point
  }

  moveTo(x, y) {
    this.#to("M", x, y)
  }

  lineTo(x, y) {
    this.#to(this.open ? "L" : "M", x, y)
  }

  closePath() {
    if (this.open) this.path.push("Z")
  }

  rect(x, y, width, height) {
    const corners = rectangle(this.matrix, x, y, width, height)
    if (!corners) return
    this.path.push(corners)
    this.open = true
  }

  /** A part of a circle, or all of it. More than a half is drawn in two: SVG has no arc that ends where it began. */
  arc(x, y, radius, from, to, back = false) {
    if (![x, y, radius, from, to].every(Number.isFinite) || radius < 0) return
    const turn = swept(from, to, back)
    const at = (angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
    if (!placed(this.matrix, ...at(from))) return
    this.lineTo(...at(from))
    if (Math.abs(turn) > Math.PI) this.#arcTo(at(from + turn / 2), radius, turn > 0)
    this.#arcTo(at(from + turn), radius, turn > 0)
  }

  #to(command, x, y) {
    const point = placed(this.matrix, x, y)
    if (!point) return
    this.path.push(command + pair(point))
    this.open = true
  }

  /** A circle under a matrix is an ellipse: its half axes are the matrix's singular values. */
  #arcTo(end, radius, forward) {
    const point = placed(this.matrix, ...end)
    if (!point) return
    const { wide, narrow, angle, mirrors } = stretches(this.matrix)
    const sizes = `${short(radius * wide)} ${short(radius * narrow)} ${short((angle * 180) / Math.PI)}`
    this.path.push(`A${sizes} 0 ${Number(forward !== mirrors)} ${pair(point)}`)
  }

  fill(rule = "nonzero") {
    this.#paint(this.path.join(""), this.#filling() + (rule === "evenodd" ? ' fill-rule="evenodd"' : ""))
  }

  stroke() {
    const { wide, narrow } = stretches(this.matrix)
    this.#paint(this.path.join(""), ` fill="none"${this.#stroking((wide + narrow) / 2)}`)
  }

  fillRect(x, y, width, height) {
    this.#paint(rectangle(this.matrix, x, y, width, height) ?? "", this.#filling())
  }

  fillText(text, x, y) {
    this.#write(text, x, y, this.#filling())
  }

  strokeText(text, x, y) {
    this.#write(text, x, y, ` fill="none"${this.#stroking(1)}`)
  }

  /** What follows, until `restore`, is seen only inside the current path, and inside what was clipped before. */
  clip() {
    const id = `${this.name}-${this.defs.length + 1}`
    this.defs.push(`<clipPath id="${escaped(id)}"${this.#within()}><path d="${this.path.join("")}"/></clipPath>`)
    this.clipped = id
  }

  #within() {
    return this.clipped && ` clip-path="url(#${escaped(this.clipped)})"`
  }

  #filling() {
    return paint("fill", this.fillStyle, this.globalAlpha)
  }

  #stroking(stretch) {
    const dash = this.dash.map((length) => short(length * stretch)).join(" ")
    return [
      paint("stroke", this.strokeStyle, this.globalAlpha),
      ` stroke-width="${short(this.lineWidth * stretch)}"`,
      this.lineJoin === "miter" ? "" : ` stroke-linejoin="${escaped(this.lineJoin)}"`,
      this.lineCap === "butt" ? "" : ` stroke-linecap="${escaped(this.lineCap)}"`,
      this.dash.some((length) => length > 0) ? ` stroke-dasharray="${dash}"` : "",
    ].join("")
  }

  #paint(path, looks) {
    if (path) this.#mark(`<path d="${path}"${looks}/>`)
  }

  #write(text, x, y, looks) {
    const { size, attributes } = fontOf(this.font)
    const at = [x, this.textBaseline === "middle" ? y + MIDDLE * size : y]
    if (!at.every(Number.isFinite)) return
    const anchor = ANCHORS[this.textAlign] ? ` text-anchor="${ANCHORS[this.textAlign]}"` : ""
    const place = ` x="${short(at[0])}" y="${short(at[1])}"${turned(this.matrix)}`
    this.#mark(`<text${place}${anchor}${attributes}${looks}>${escaped(spaced(text))}</text>`)
  }

  #mark(element) {
    this.marks.push([this.#within(), element])
  }

  /** The drawing as one element. */
  toString() {
    const defs = this.defs.length ? `<defs>${this.defs.join("")}</defs>` : ""
    return `<g stroke-miterlimit="${MITER}">${defs}${grouped(this.marks)}</g>`
  }

  /** The drawing as a file, so many pixels wide and high. */
  document(width, height) {
    const [w, h] = [short(width), short(height)]
    const root = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`
    return `<?xml version="1.0" encoding="UTF-8"?>\n${root}${this}</svg>\n`
  }
}

/** Elements with what they are clipped by, those that stand together and share it in one group. */
function grouped(marks) {
  let text = ""
  let open = ""
  for (const [within, element] of [...marks, ["", ""]]) {
    if (within !== open) text += (open && "</g>") + (within && `<g${within}>`)
    text += element
    open = within
  }
  return text
}

/** The angle from `from` to `to`, at most a full turn, as `arc` goes: forwards is clockwise on the screen. */
function swept(from, to, back) {
  const turn = back ? from - to : to - from
  const forward = turn >= FULL ? FULL : ((turn % FULL) + FULL) % FULL
  return back ? -forward : forward
}

function product([a, b, c, d, e, f], [p, q, r, s, t, u]) {
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
}

/** Where a point comes to lie, or null where that is no number, or none for a float of 32 bits. */
function placed([a, b, c, d, e, f], x, y) {
  const point = [a * x + c * y + e, b * x + d * y + f]
  return point.every((value) => Number.isFinite(Math.fround(value))) ? point : null
}

function rectangle(matrix, x, y, width, height) {
  const corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
  const points = corners.map((corner) => placed(matrix, ...corner))
  return points.every(Boolean) ? `M${points.map(pair).join("L")}Z` : null
}

/** How much a matrix stretches most and least, the angle that the former comes to lie at, and whether it mirrors. */
function stretches([a, b, c, d]) {
  const [p, q, r, s] = [(a + d) / 2, (a - d) / 2, (b + c) / 2, (b - c) / 2]
  const [most, rest] = [Math.hypot(p, s), Math.hypot(q, r)]
  const angle = rest < 1e-12 * most ? 0 : (Math.atan2(s, p) + Math.atan2(r, q)) / 2 // of a circle any axis will do
  return { wide: most + rest, narrow: Math.abs(most - rest), angle, mirrors: a * d < b * c }
}

function turned(matrix) {
  if (matrix.every((value, i) => value === IDENTITY[i])) return ""
  return ` transform="matrix(${matrix.map((value) => Number(value.toFixed(6))).join(" ")})"`
}

/** A colour as an attribute. Not every program knows colours with an alpha of their own, so that is told apart. */
function paint(what, style, alpha) {
  const [colour, own] = opaque(String(style))
  const shown = short(alpha * own, 4)
  return ` ${what}="${escaped(colour)}"${shown === "1" ? "" : ` ${what}-opacity="${shown}"`}`
}

function opaque(style) {
  const hex = /^#([0-9a-f]{6})([0-9a-f]{2})$/i.exec(style)
  if (hex) return [`#${hex[1]}`, parseInt(hex[2], 16) / 255]
  const rgba = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)\s*[,/]\s*([\d.]+)(%?)\s*\)$/i.exec(style)
  if (!rgba) return style === "transparent" ? ["none", 1] : [style, 1]
  return [`rgb(${rgba.slice(1, 4).join(",")})`, Number(rgba[4]) / (rgba[5] ? 100 : 1)]
}

/** A canvas's font, "600 14px Inter, sans-serif", as SVG's attributes. */
function fontOf(font) {
  const [, words, size, family] = /^(.*?)\s*([\d.]+)px(?:\/\S+)?\s+(.+)$/.exec(font) ?? [null, "", "10", "sans-serif"]
  const weight = /\b(bold|bolder|lighter|\d{3})\b/.exec(words)?.[1]
  const style = /\b(italic|oblique)\b/.exec(words)?.[1]
  const told = { "font-family": family, "font-size": size, "font-weight": weight, "font-style": style }
  const kept = Object.entries(told).filter(([, value]) => value)
  return { size: Number(size), attributes: kept.map(([name, value]) => ` ${name}="${escaped(value)}"`).join("") }
}

/** Every blank is one that SVG keeps. */
function spaced(text) {
  return String(text).replace(/[\t\n\f\r]/g, " ").replace(/^ | $| (?= )/g, "\u00a0")
}

/** Text that is safe in XML, between quotes too. What XML cannot hold at all becomes a replacement character. */
function escaped(text) {
  return String(text)
    .replace(ALONE, "\ufffd")
    .replace(UNFIT, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
}

/** A number to a hundredth, without the zeros at its end. */
function short(value, digits = 2) {
  return String(Number(value.toFixed(digits)) + 0)
}

function pair([x, y]) {
  return `${short(x)} ${short(y)}`
}
