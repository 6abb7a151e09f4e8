// The picture of a question with what lies on it: dots or a density, arrows between two votes, medians, what came out.

import { element } from "./parts.js"

const SVG = "http://www.w3.org/2000/svg"
const RATIO = 1.6 // width over height of a picture that has not come, or is not there
const MOST_ARROWS = 30 // more of them cannot be told apart
const CELLS = [8, 5] // of many arrows one is drawn in each cell, the mean of those that begin there
const STAYED = 0.004 // of the picture's width: a shorter arrow is a point
const HEAD = 20 // of an arrow, in thousandths of the picture's width

/** An empty picture that an image is put into; `alt` are its words. */
export function ground(alt) {
  const image = element("img", { alt })
  const over = document.createElementNS(SVG, "svg")
  for (const [name, value] of [["viewBox", "0 0 1000 1000"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) over.setAttribute(name, value)
  const made = element("div", { className: "picture" }, [image, over])
  made.style.setProperty("--ratio", RATIO)
  image.addEventListener("load", () => made.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight || RATIO))
  return element("div", { className: "frame" }, made)
}

/** From the first to the second answer of everybody; of many the mean of each region. */
export function arrows(picture, question, shifts) {
  const svg = picture.querySelector("svg")
  const placed = shifts.map((pair) => pair.map((point) => place(question, point)))
  for (const [from, to, n] of placed.length > MOST_ARROWS ? means(placed) : placed.map((pair) => [...pair, 1])) {
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 1000 * STAYED) continue
    const path = document.createElementNS(SVG, "path")
    path.setAttribute("d", `M${from}L${to}${head(from, to)}`)
    path.setAttribute("class", "arrow")
    path.setAttribute("vector-effect", "non-scaling-stroke")
    path.style.strokeWidth = `${Math.min(9, 2.5 + Math.sqrt(n) / 2)}px`
    svg.append(path)
  }
}

/** [from, to, how many] of the shifts that begin in one cell of the picture. */
export function means(placed) {
  const cells = new Map()
  for (const [from, to] of placed) {
    const key = from.map((along, i) => Math.floor((along / 1000) * CELLS[i])).join()
    const held = cells.get(key) ?? cells.set(key, [0, 0, 0, 0, 0]).get(key)
    ;[...from, ...to, 1].forEach((value, i) => (held[i] += value))
  }
  return [...cells.values()].map(([a, b, c, d, n]) => [[a / n, b / n], [c / n, d / n], n])
}

// The overlay is stretched: an angle is one of the picture's.
function head(from, to) {
  const angle = Math.atan2((to[1] - from[1]) / RATIO, to[0] - from[0])
  const wing = (turn) => [to[0] - HEAD * Math.cos(angle + turn), to[1] - HEAD * RATIO * Math.sin(angle + turn)].map((v) => v.toFixed(1))
  return `M${wing(0.5)}L${to}L${wing(-0.5)}`
}

/** A mark at a place, with its name beside it: `look` is "median" or "truth". */
export function named(picture, question, point, look, name) {
  const [across, down] = place(question, point)
  const path = document.createElementNS(SVG, "path")
  const [a, d] = [14, 14 * RATIO]
  const cross = `M${across - a} ${down - d}l${2 * a} ${2 * d}m0 ${-2 * d}l${-2 * a} ${2 * d}`
  const diamond = `M${across - a} ${down}l${a} ${-d}l${a} ${d}l${-a} ${d}z`
  path.setAttribute("d", look === "truth" ? cross : diamond)
  path.setAttribute("class", `mark ${look}`)
  path.setAttribute("vector-effect", "non-scaling-stroke")
  picture.querySelector("svg").append(path)
  const label = element("span", { className: `label ${look}` }, name)
  // names of two marks that lie close keep apart: one stands above its mark, the other below
  const above = look === "truth" ? down > 150 : down > 850
  label.style.left = `${across / 10}%`
  label.style.top = `${down / 10}%`
  label.style.transform = `translate(-${Math.min(100, Math.max(0, across / 10))}%, ${above ? "calc(-100% - .7em)" : ".7em"})`
  picture.append(label)
}

function place({ x: [x0, x1], y: [y0, y1] }, [x, y]) {
  return [(1000 * (x - x0)) / (x1 - x0), (1000 * (y1 - y)) / (y1 - y0)]
}
