// Everyone ran one: each phone is a dot at its start, or at its rate, coloured and shaped by where its run ended. At the reveal
// all runs that could be handed out come behind. Loaded when a question of that kind is asked.

import { element, fill, percent, short } from "./parts.js"

const SVG = "http://www.w3.org/2000/svg"
const LOOKS = [ // of the minima
  ["#0a58c2", "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z"],
  ["#b34700", "M-5.3-5.3h10.6v10.6h-10.6z"],
  ["#1b7f3b", "M0-7.5l7 12h-14z"],
  ["#7b2fa0", "M0-8l6.5 8l-6.5 8l-6.5-8z"],
  ["#00707d", "M0 7.5l7-12h-14z"],
  ["#7d6200", "M-2.5-7h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5z"],
]
const ELSEWHERE = ["#5a6472", "M-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0zM-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"]
const OUT = ["#b3261e", "M-7-4l3-3l4 4l4-4l3 3l-4 4l4 4l-3 3l-4-4l-4 4l-3-3l4-4z"]
const RING = "M-12 0a12 12 0 1 0 24 0a12 12 0 1 0-24 0zM-9.5 0a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0z"
const CROWD = 150 // more dots than this are smaller
const SPARSE = 8 // cells between two marks that name a basin
const BAND = 0.14 // of a chart's height: what went out of view stands on top of it
const DECADES = 12 // of heights that are told apart

/** The look of each fate: [colour, outline]. The last two are no minima. */
export function looks({ fates }) {
  return [...LOOKS.slice(0, fates.length - 2), ELSEWHERE, OUT]
}

/** Where a run stands, as shares of the picture across and down; of a rate along the axis alone. */
export function shareOf({ columns, rows, count }, number) {
  return columns ? [((number % columns) + 0.5) / columns, (Math.floor(number / columns) + 0.5) / rows] : [(number + 0.5) / count]
}

/** The start, or the rate. */
export function valueOf(question, number) {
  const [across, down] = shareOf(question, number), { x, y, low, high } = question
  return x ? [x[0] + across * (x[1] - x[0]), y[1] - down * (y[1] - y[0])] : low * (high / low) ** across
}

export function textOf(question, number) {
  const value = valueOf(question, number)
  return question.x ? `(${value.map(short).join(", ")})` : `${question.symbol} = ${short(value)}`
}

/** Wilson's 95 % interval (1927) of a share, `k` of `n`. */
export function wilson(k, n, z = 1.959964) {
  const share = k / n, extra = (z * z) / n
  const middle = share + extra / 2, half = z * Math.sqrt((share * (1 - share)) / n + extra / (4 * n))
  return [Math.max(0, (middle - half) / (1 + extra)), Math.min(1, (middle + half) / (1 + extra))]
}

/** The class's map, [where it is drawn, how many there are]: over the picture in `frame`, of rates a chart instead. `own` are
 * the runs of this phone. */
export function classMap(frame, question, tally, words, own = []) {
  const votes = Object.values(tally ?? {})
  const dots = votes.flatMap(({ ran, became, heights }) => ran.map((number, i) => ({ number, fate: Number(became[i]), height: heights?.[i] })))
  const picture = frame?.matches(".picture") ? frame : frame?.querySelector(".picture")
  if (question.x && picture) overPicture(picture, question, dots, own)
  const drawn = question.x ? frame : chart(question, dots, own, words)
  return [drawn, counted(question, dots, words)].filter(Boolean)
}

function overPicture(picture, question, dots, own) {
  picture.querySelectorAll(".fates, .cells").forEach((old) => old.remove())
  const over = overlay("fates")
  if (question.truth) {
    picture.insertBefore(cells(question), picture.querySelector("svg"))
    for (const number of sparse(question)) mark(over, question, question.truth.became[number], shareOf(question, number), 0.55 * grown()).classList.add("ghost")
  }
  drawDots(over, question, dots, own, (dot) => shareOf(question, dot.number))
  picture.append(over)
}

function drawDots(over, question, dots, own, place) {
  const size = grown() * (dots.length > CROWD ? 0.75 : 1)
  for (const dot of dots) {
    const made = mark(over, question, dot.fate, place(dot), size)
    if (own.includes(dot.number)) made.append(shape(["#1c2430", RING], size))
  }
}

/** How large marks are: they grow with the type. */
function grown() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 17
}

function cells(question) {
  const { columns, rows, truth } = question
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows, className: "cells" })
  const image = new ImageData(columns, rows)
  const inks = looks(question).map(([colour]) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)))
  for (let i = 0; i < columns * rows; i++) image.data.set([...inks[truth.became[i]], 95], 4 * i)
  canvas.getContext("2d").putImageData(image, 0, 0)
  return canvas
}

function sparse({ columns, rows }) {
  const found = []
  for (let row = SPARSE / 2; row < rows; row += SPARSE) for (let column = SPARSE / 2; column < columns; column += SPARSE) found.push(row * columns + column)
  return found
}

function overlay(name, box = "") {
  const svg = document.createElementNS(SVG, "svg")
  const set = { class: name, "aria-hidden": "true", ...(box && { viewBox: box, preserveAspectRatio: "none" }) }
  for (const [key, value] of Object.entries(set)) svg.setAttribute(key, value)
  return svg
}

/** A mark that is not stretched with what it lies on. */
function mark(svg, question, fate, [across, down], size) {
  const place = document.createElementNS(SVG, "svg")
  place.setAttribute("class", `fate fate-${fate}`)
  place.setAttribute("x", `${100 * across}%`)
  place.setAttribute("y", `${100 * down}%`)
  place.append(shape(looks(question)[fate], size))
  svg.append(place)
  return place
}

function shape([colour, d], size) {
  const path = document.createElementNS(SVG, "path")
  const set = { d, fill: colour, "fill-rule": "evenodd", stroke: "#fff", "stroke-width": 1.6, "paint-order": "stroke", transform: `scale(${size})` }
  for (const [key, value] of Object.entries(set)) path.setAttribute(key, value)
  return path
}

/** The mark of a fate beside its name. */
export function chip(question, fate) {
  const svg = overlay("chip", "-9 -9 18 18")
  svg.append(shape(looks(question)[fate], 1))
  return svg
}

/** How many ended where, with the interval in which the share of all lies; at the reveal that share itself. */
function counted(question, dots, words) {
  const { fates, truth, x } = question, n = dots.length, all = truth?.became
  const head = [words.whereEnded, fill(words.classOf, { n }), words.shareOf, ...(all ? [fill(words.allOf, { n: all.length })] : [])]
  const rows = fates.map((name, fate) => {
    const k = dots.filter((dot) => dot.fate === fate).length, whole = all ? [...all].filter((one) => Number(one) === fate).length : 0
    if (!x && !k && !whole) return null // of rates few minima are reached
    const share = n ? [percent(k / n), element("small", {}, `${wilson(k, n).map((end) => Math.round(100 * end)).join("–")}\u00a0%`)] : "–"
    const cells = [String(k), share, ...(all ? [percent(whole / all.length)] : [])].map((text) => element("td", {}, text))
    return element("tr", {}, [element("th", { scope: "row" }, [chip(question, fate), element("span", {}, name)]), ...cells])
  })
  const table = element("table", { className: "fates" }, [
    element("thead", {}, element("tr", {}, head.map((text) => element("th", { scope: "col" }, text)))), element("tbody", {}, rows.filter(Boolean)),
  ])
  return element("div", { className: "class-map" }, [table, element("p", { className: "small" }, words.interval)])
}

/** Rates across, heights of the ends up; on top what left. */
function chart(question, dots, own, words) {
  const { low, high, count, truth, fates } = question
  const up = scale([...dots.map(({ height }) => height), ...(truth?.heights ?? [])])
  const plot = element("div", { className: "plot" }), over = overlay("fates")
  const out = fates.length - 1
  if (truth) plot.append(curve(question, up))
  drawDots(over, question, dots, own, ({ number, height }) => [...shareOf({ count }, number), up.down(height)])
  if (truth) truth.became.split("").forEach((fate, i) => {
    if (i % 16 === 8) mark(over, question, fate, [...shareOf({ count }, i), up.down(truth.heights[i])], 0.55 * grown()).classList.add("ghost")
  })
  plot.append(over)
  for (const [value, text] of up.ticks) plot.append(label("y", text, up.down(value)))
  plot.append(label("y", "", BAND), label("band", fates[out], BAND / 2))
  for (const power of powers(low, high)) plot.append(label("x", tenTo(power), Math.log(10 ** power / low) / Math.log(high / low)))
  const made = element("div", { className: "strip" }, [element("p", { className: "small" }, words.endHeight), plot, element("p", { className: "small across" }, question.symbol)])
  made.setAttribute("aria-hidden", "true")
  return made
}

function curve({ truth, count }, up) {
  const svg = overlay("curve", "0 0 1000 1000"), path = document.createElementNS(SVG, "path")
  const points = truth.heights.map((height, i) => (height === null ? null : `${1000 * shareOf({ count }, i)[0]} ${1000 * up.down(height)}`))
  path.setAttribute("d", points.map((point, i) => (point ? `${points[i - 1] ? "L" : "M"}${point}` : "")).join(""))
  path.setAttribute("vector-effect", "non-scaling-stroke")
  svg.append(path)
  return svg
}

/** down(height): the share of the chart from its top; `ticks` are [height, text]. Even in the logarithm where all are above 0. */
export function scale(heights) {
  const known = heights.filter((height) => height !== null && height !== undefined)
  const least = Math.min(...known), most = Math.max(...known)
  const even = least < 0 || !(most > 0)
  const floor = even ? least : Math.max(most / 10 ** DECADES, Math.min(...known.filter((height) => height > 0)))
  const bend = even ? (height) => height : (height) => Math.log10(Math.max(height, floor))
  const low = known.length ? bend(floor) : 0, span = known.length ? bend(most) - low || 1 : 1
  const down = (height) => (height === null ? BAND / 2 : 0.96 - ((bend(height) - low) / span) * (0.92 - BAND))
  const ticks = !known.length ? [] : even ? [[least, short(least)], [most, short(most)]] : powers(floor, most).map((power) => [10 ** power, tenTo(power)])
  return { down, ticks }
}

/** Powers of ten from `low` to `high`, at most seven. */
function powers(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9)
  const every = Math.max(1, Math.ceil((last - first) / 6))
  return Array.from({ length: Math.max(0, Math.floor((last - first) / every) + 1) }, (_none, i) => first + i * every)
}

/** A number from far below 1 as it is written by hand. */
export function tiny(value) {
  if (value === 0 || Math.abs(value) >= 1e-3) return short(value)
  const [digits, power] = value.toExponential(1).split("e")
  return `${digits.replace("-", "−")}·${tenTo(Number(power), 0)}`
}

function tenTo(power, plain = 3) {
  if (Math.abs(power) <= plain) return String(Number(`1e${power}`))
  return `10${[...String(power)].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻").join("")}`
}

function label(axis, text, share) {
  const made = element("span", { className: axis }, text)
  made.style[axis === "x" ? "left" : "top"] = `${100 * share}%`
  return made
}
