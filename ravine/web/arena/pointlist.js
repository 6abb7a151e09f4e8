// The critical points as a table, and the one that is looked at as a card with what can be done there.

import { SHAPES, curvatures } from "./critical.js"
import { icon } from "../shared/icons.js"
import { button } from "../shared/menu.js"
import { fill, short } from "../shared/numbers.js"

const BESIDE = 0.001 // how far from a point a start falls away from it and not back
const COLUMNS = [
  ["x1", (point, view) => placeOf(point, view)[0]],
  ["x2", (point, view) => placeOf(point, view)[1]],
  ["height", (point) => heightOf(point)],
  ["curved1", (point) => short(point.values?.[0] ?? NaN)],
  ["curved2", (point) => short(point.values?.[1] ?? NaN)],
  ["condition", (point) => short(conditionOf(point))],
  ["rate", (point) => (point.rate === null ? "–" : rateText(point.rate))],
]

export class PointList {
  /** `on` has choose(point), forget(), start([x, y]) and rate(text). */
  constructor(on) {
    this.on = on
    this.rows = new Map()
    this.element = document.createElement("div")
    this.element.className = "rv-points"
    this.holder = this.element.appendChild(document.createElement("div"))
    this.card = document.createElement("section")
    this.card.className = "rv-about"
  }

  /** The points that were found. Who is in the table with the keyboard stays in the same row. */
  show(found, { words, view }) {
    if (this.found === found && this.says === words.saddle) return
    Object.assign(this, { found, says: words.saddle })
    const held = [...this.rows.values()].findIndex((row) => row.contains(document.activeElement))
    const { table, rows } = tableOf(found.points, { words, view }, this.on.choose)
    this.rows = rows
    const notes = notesOf(found, words).map((text) => Object.assign(document.createElement("p"), { className: "rv-note", textContent: text }))
    this.holder.replaceChildren(...(rows.size ? [table] : []), ...notes)
    const row = [...rows.values()][Math.min(held, rows.size - 1)]
    row?.querySelector("button").focus({ preventScroll: true })
  }

  /** Which one is looked at, or null. */
  tell(chosen, data) {
    for (const [point, row] of this.rows) {
      row.classList.toggle("rv-chosen", point === chosen)
      row.querySelector("button").setAttribute("aria-pressed", point === chosen)
    }
    const key = JSON.stringify([chosen, data.words.saddle, takes(data, chosen)])
    if (key === this.key) return
    this.key = key
    const held = [...this.card.querySelectorAll("button")].indexOf(document.activeElement)
    this.card.replaceChildren(...(chosen ? this.cardOf(chosen, data) : []))
    this.card.hidden = !chosen
    if (held >= 0) this.card.querySelectorAll("button")[held]?.focus({ preventScroll: true })
  }

  cardOf(point, data) {
    const { words, view } = data
    this.card.setAttribute("aria-label", nameOf(point, words))
    const head = element("h4", `${nameOf(point, words)} ${written(point, view)}`)
    head.insertAdjacentHTML("afterbegin", glyph(point.kind))
    head.append(button("", () => this.on.forget(), { icon: icon("close", 20), name: words.forget, className: "rv-forget" }))
    const told = [element("p", words[`told_${point.kind}`]), this.facts(point, words)]
    const rate = point.rate !== null && element("p", fill(rateWords(point, words), { rate: rateText(point.rate) }))
    const actions = element("div", "", "rv-actions")
    actions.append(...this.actions(point, data))
    return [head, ...told, ...(rate ? [rate] : []), actions, ...(curvatures(point)?.some(Boolean) ? [element("p", words.model, "rv-note")] : [])]
  }

  facts(point, words) {
    const list = element("dl")
    const curved = (point.values?.every(Number.isFinite) ? point.values : []).map((value, i) => [`λ${"₁₂"[i]}`, short(value), words.curvature])
    const condition = Number.isNaN(conditionOf(point)) ? [] : [["κ", short(conditionOf(point)), words.condition]]
    for (const [name, text, title] of [["f", heightOf(point), ""], ...curved, ...condition]) {
      const pair = list.appendChild(element("div"))
      pair.append(element("dt", name), element("dd", text))
      pair.title = title
    }
    return list
  }

  actions(point, data) {
    const { words, view } = data
    const made = []
    if (takes(data, point)) made.push(button(fill(words.takeRate, { rate: rateText(point.rate) }), () => this.on.rate(rateText(point.rate))))
    if (!(curvatures(point)?.[0] < 0)) return made
    made.push(button(words.startHere, () => this.on.start([point.x, point.y])))
    made.push(button(fill(words.startBeside, { far: BESIDE }), () => this.on.start(beside(point, view))))
    return made
  }
}

/** A place a hair away from a point, the way that the ground falls, and in the picture. */
export function beside({ x, y, vectors: [[u, v]] }, [left, right, bottom, top]) {
  const [there, back] = [1, -1].map((side) => [x + side * BESIDE * u, y + side * BESIDE * v])
  return there[0] >= left && there[0] <= right && there[1] >= bottom && there[1] <= top ? there : back
}

/** A learning rate to five digits, as its slider has it, and never above itself: there it would not be stable. */
export function rateText(rate) {
  const exact = Number(rate.toPrecision(12))
  const near = Number(exact.toPrecision(5))
  return String(near <= exact ? near : Number((near - 10 ** (Math.floor(Math.log10(exact)) - 4)).toPrecision(5)))
}

/** Whether the learning rate of a point can be taken: the race has that slider, and the slider that value. */
function takes({ dial, rates: [low, high] }, point) {
  const fits = point?.rate !== null && point?.rate >= low && point?.rate <= high
  return Boolean(fits && dial.options.some(([key]) => key === "shared--lr"))
}

/** Near a saddle, or where one curvature is none, the bound is that of the steepest direction alone. */
function rateWords({ kind }, words) {
  return kind === "minimum" ? words.stable : words.stableAcross
}

function notesOf({ points, more, flat, constant }, words) {
  if (constant) return [words.allFlat]
  const notes = flat ? [words.someFlat] : []
  if (!points.length && !flat) notes.push(words.noPoint)
  return more > 0 ? [...notes, fill(words.more, { n: more })] : notes
}

function tableOf(points, { words, view }, choose) {
  const table = document.createElement("table")
  table.createCaption().textContent = words.critical
  const head = table.createTHead().insertRow()
  for (const name of ["point", ...COLUMNS.map(([column]) => column)]) {
    head.append(Object.assign(element("th", words[`column_${name}`], `rv-${name}`), { scope: "col", title: words[`hint_${name}`] ?? "" }))
  }
  const body = table.createTBody()
  const rows = new Map(points.map((point) => [point, rowOf(point, { words, view }, choose)]))
  body.append(...rows.values())
  return { table, rows }
}

function rowOf(point, { words, view }, choose) {
  const row = document.createElement("tr")
  const name = nameOf(point, words)
  const pick = button(name, () => {}, { icon: glyph(point.kind) })
  pick.setAttribute("aria-label", `${name} ${written(point, view)}`)
  const first = Object.assign(element("th"), { scope: "row" })
  first.append(pick)
  row.append(first, ...COLUMNS.map(([column, text]) => element("td", text(point, view), `rv-${column}`)))
  row.addEventListener("click", () => choose(point))
  return row
}

/** The condition number: infinite when one curvature is none, and none when both are. */
function conditionOf(point) {
  return point.condition ?? (curvatures(point)?.some(Boolean) ? Infinity : NaN)
}

function nameOf({ kind, lowest }, words) {
  return kind === "minimum" && !lowest ? words.localMinimum : words[kind]
}

/** The two coordinates as texts. What a search leaves of a zero, less than a millionth of the picture, is none. */
export function placeOf({ x, y }, [left, right, bottom, top]) {
  const coordinate = (value, span) => short(Math.abs(value) < 1e-6 * span ? 0 : value)
  return [coordinate(x, right - left), coordinate(y, top - bottom)]
}

const written = (point, view) => `(${placeOf(point, view).join(", ")})`
const heightOf = ({ f }) => short(Math.abs(f) < 1e-12 ? 0 : f)

/** A kind's mark as SVG text. */
function glyph(kind) {
  const { lines, closed, filled } = SHAPES[kind]
  const path = lines.map((line) => `M${line.map(([x, y]) => `${(10 + 6 * x).toFixed(1)} ${(10 + 6 * y).toFixed(1)}`).join("L")}${closed ? "Z" : ""}`)
  const looks = `fill="${filled ? "currentColor" : "none"}" stroke="currentColor" stroke-width="2" stroke-linejoin="round"`
  return `<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="${path.join("")}" ${looks}/></svg>`
}

function element(kind, text = "", className = "") {
  return Object.assign(document.createElement(kind), { textContent: text, className })
}
