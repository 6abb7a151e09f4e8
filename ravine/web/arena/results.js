// The table of results: how each lane ended, in words and numbers.

import { sample } from "./marks.js"

const COLUMNS = ["outcome", "final", "best", "arrived", "settings"]

export function results(lanes, words, mode) {
  const table = document.createElement("table")
  table.className = "rv-results"
  table.createCaption().textContent = words.results
  const head = table.createTHead().insertRow()
  for (const name of ["optimizer", ...COLUMNS]) head.append(cell("th", words[name], { scope: "col" }))
  const body = table.createTBody()
  for (const lane of lanes) {
    const row = body.insertRow()
    const name = cell("th", lane.name, { scope: "row" })
    name.insertAdjacentHTML("afterbegin", sample(lane, lane[mode]))
    row.append(name, ...COLUMNS.map((column) => cell("td", lane.row[column], { className: `rv-${column}` })))
  }
  return table
}

function cell(kind, text, more) {
  const made = Object.assign(document.createElement(kind), more)
  made.textContent = text
  return made
}
