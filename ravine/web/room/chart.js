// How a class answered, large enough for the last row: bars, a histogram on a logarithmic axis, a table of places.
// chart(question, tally, moved, words): `tally` {vote: {...}}, the votes in order; `moved` how many changed their answer.

import { element, fill, short } from "./parts.js"

const CHARTS = { lane: counted, choice: counted, number: histogram, order: table }
const CHOSEN = { lane: counted, choice: counted, order: counted } // before there are answers: what may be chosen
const FEW = 6 // rows that stand in one column

/** The chart of a kind of answer; null where there is nothing to draw yet. */
export function chart(question, tally, moved, words) {
  const votes = Object.entries(tally)
  const draw = votes.length ? CHARTS[question.kind] : CHOSEN[question.kind]
  if (!draw) return null
  const held = [draw(question, votes, words)]
  if (votes.length > 1) held.unshift(legend(votes, words, question.kind !== "order"))
  if (moved) held.push(element("p", { className: "moved" }, fill(words.moved, moved)))
  return element("div", { className: "chart" }, held)
}

function legend(votes, words, keyed) {
  const names = votes.map(([vote, { n, median }]) => {
    const says = median === undefined ? fill(words.answers, { n }) : fill(words.answersMedian, { n, answer: short(median) })
    return element("span", {}, [...(keyed ? [element("i", { className: `bar ${vote}` })] : []), ` ${words[vote]}: ${says}`])
  })
  return element("p", { className: "legend" }, names)
}

/** A row for each thing that could be chosen; before there are counts, its name alone. */
function counted(question, votes, words) {
  const names = question.lanes ?? question.options ?? question.items
  const most = Math.max(1, ...votes.flatMap(([, { counts }]) => counts))
  const rows = names.map((name, i) => {
    const right = question.truth === i
    const bars = votes.map(([vote, { counts }]) => {
      const bar = element("i", { className: `bar ${vote}` })
      bar.style.width = `${(100 * counts[i]) / most}%`
      return bar
    })
    const said = votes.map(([, { counts }]) => counts[i]).join(" → ")
    return element("li", { className: right ? "right" : "" }, [
      element("span", { className: "name" }, right ? [element("b", { title: words.cameOut }, "✓ "), name] : name),
      element("span", { className: "bars2" }, bars), element("b", {}, said),
    ])
  })
  return element("ul", { className: `counted${names.length > FEW ? " many" : ""}${votes.length ? "" : " open"}` }, rows)
}

/** Bins that are alike in ratio, with ticks, the medians and what came out. */
function histogram({ low, high, symbol, truth }, votes, words) {
  const along = (value) => Math.min(100, Math.max(0, (100 * Math.log(value / low)) / Math.log(high / low)))
  const most = Math.max(1, ...votes.flatMap(([, { bins }]) => bins))
  const layers = votes.map(([vote, { bins }]) => {
    const drawn = bins.map((n) => {
      const bar = element("i", { className: `bar ${vote}` })
      bar.style.height = `${(100 * n) / most}%`
      return bar
    })
    const layer = element("div", { className: "bins2" }, drawn)
    layer.setAttribute("aria-hidden", "true")
    return layer
  })
  const medians = votes.map(([vote, { median }]) => [`median ${vote}`, median, votes.length > 1 ? "" : fill(words.median, { answer: short(median) })])
  const marks = truth === undefined ? medians : [...medians, ["truth", truth, fill(words.truth, { answer: short(truth) })]]
  const lines = marks.map(([look, value]) => at(element("i", { className: `line ${look}` }), along(value)))
  const labels = marks.filter(([, , says]) => says).map(([look, value, says]) => element("p", { className: `label ${look}` }, inside(element("span", {}, says), along(value))))
  const axis = element("div", { className: "axis" }, ticks(low, high).map(([value, name]) => inside(element("span", {}, name), along(value))))
  return element("div", { className: "histogram" }, [
    ...labels, element("div", { className: "plot" }, [...layers, ...lines]), axis, element("p", { className: "symbol" }, symbol),
  ])
}

function at(one, along) {
  one.style.left = `${along}%`
  return one
}

/** At its place, and never over an edge. */
function inside(one, along) {
  one.style.transform = `translateX(-${along}%)`
  return at(one, along)
}

/** Round numbers from `low` to `high` and how they are written: powers of ten, and where there are few, 2 and 5 times them. */
export function ticks(low, high) {
  const decades = Math.log10(high / low), between = decades < 2.2 ? [1, 2, 5] : [1]
  const every = Math.max(1, Math.ceil(decades / 7))
  const found = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % every) continue
    for (const times of between) {
      const value = Number(`${times}e${power}`)
      if (value >= low * 0.999 && value <= high * 1.001) found.push([value, written(times, power)])
    }
  }
  return found
}

const RAISED = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, i) => [i, sign])) }

function written(times, power) {
  if (Math.abs(power) <= 4) return String(Number(`${times}e${power}`))
  return `${times > 1 ? `${times}·` : ""}10${[...String(power)].map((sign) => RAISED[sign]).join("")}`
}

/** How often each item stood at each place, of the last vote; and its mean place in every vote. */
function table({ items, truth }, votes, words) {
  const head = element("tr", {}, [element("td"), ...items.map((_item, i) => scoped("col", `${i + 1}.`)), ...(votes.length ? [scoped("col", words.meanPlace)] : [])])
  const last = votes.at(-1)?.[1]
  const rows = items.map((name, item) => {
    const cells = items.map((_other, place) => cell(last, item, place, truth))
    const means = votes.map(([, { places }]) => meanPlace(places[item]).toFixed(1)).join(" → ")
    return element("tr", {}, [scoped("row", name), ...cells, ...(votes.length ? [element("td", {}, means)] : [])])
  })
  return element("table", { className: "places" }, [head, ...rows])
}

function cell(last, item, place, truth) {
  const made = element("td")
  const [n, all] = last ? [last.places[item][place], last.n] : [0, 1]
  const right = truth?.[place] === item
  made.style.setProperty("--share", `${Math.round((35 * n) / Math.max(1, all))}%`)
  made.append(`${right ? "✓ " : ""}${last ? n : ""}`)
  if (right) made.className = "right"
  return made
}

function scoped(scope, text) {
  return element("th", { scope }, text)
}

function meanPlace(counts) {
  const all = counts.reduce((sum, n) => sum + n, 0)
  return counts.reduce((sum, n, place) => sum + n * (place + 1), 0) / Math.max(1, all)
}

/** {n, all}: how many of those who voted twice changed their answer; of a choice the option counts, not how sure they were. */
export function movedOf(kind, shifts) {
  if (!shifts.length || !(kind in CHARTS)) return null
  const said = (answer) => JSON.stringify(kind === "choice" ? answer[0] : answer)
  return { n: shifts.filter(([one, other]) => said(one) !== said(other)).length, all: shifts.length }
}
