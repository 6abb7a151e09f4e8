// The numbers of a race: one table holds the columns of all lanes, one lane after the other.

const ARROWS = ["gradient", "velocity", "step"]

/** The lanes with their columns: x and y, curves by name, and the arrows that there are. */
export function lanesOf({ table, lanes, steps, curves }) {
  const rows = steps + 1
  const whole = columnsOf(table)
  const part = (name, i) => whole[name].subarray(i * rows, (i + 1) * rows)
  const arrow = (kind, i) => ({ x: part(`${kind}1`, i), y: part(`${kind}2`, i) })
  return lanes.map((lane, i) => ({
    ...lane,
    x: part("x", i),
    y: part("y", i),
    curves: Object.fromEntries(curves.map((name) => [name, part(name, i)])),
    arrows: Object.fromEntries(ARROWS.filter((kind) => `${kind}1` in whole).map((kind) => [kind, arrow(kind, i)])),
  }))
}

/** The columns of an Arrow table, or of a preview: the size of its floats and their base64. The arrays are ours to write in. */
function columnsOf(table) {
  if (!table.getChild) return Object.fromEntries(Object.entries(table).map(([name, coded]) => [name, unpacked(coded)]))
  return Object.fromEntries(table.schema.fields.map(({ name }) => [name, table.getChild(name).toArray().slice()]))
}

function unpacked([size, text]) {
  const Floats = size === 4 ? Float32Array : Float64Array
  return new Floats(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer)
}
