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
    x: part("x", i).slice(), // the live knob writes other paths into them
    y: part("y", i).slice(),
    curves: Object.fromEntries(curves.map((name) => [name, part(name, i)])),
    arrows: Object.fromEntries(ARROWS.filter((kind) => `${kind}1` in whole).map((kind) => [kind, arrow(kind, i)])),
  }))
}

/** The columns of an Arrow table, copied, for they are not ours to write in; those of a preview are arrays already. */
function columnsOf(table) {
  if (!table.getChild) return table
  return Object.fromEntries(table.schema.fields.map(({ name }) => [name, table.getChild(name).toArray().slice()]))
}

/** A race from bytes: the length of the JSON (uint32), the JSON, and the columns whose names and float sizes it holds. */
export function unpacked(buffer) {
  const length = new DataView(buffer).getUint32(0, true)
  const data = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  const rows = data.lanes.length * (data.steps + 1)
  let at = 4 + length
  data.table = Object.fromEntries(data.table.map(([name, size]) => {
    const numbers = buffer.slice(at, (at += rows * size))
    return [name, size === 4 ? new Float32Array(numbers) : new Float64Array(numbers)]
  }))
  return data
}
