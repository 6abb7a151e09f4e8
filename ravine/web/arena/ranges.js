// The range of an axis for curves that may reach 0, infinity or nothing at all.

const LEAST = 1e-16 // below this a float64 of size 1 has no digits left
const BEYOND = 1e4 // a curve that climbs this many times above every start leaves its frame
const GROWN = 20 // so does a state that grows this many times above its first values
const MOST = 7 // labels of an axis
const APART = 1 / 9 // of its length, at least, between two of them
const DROP = 8 // and so does a height that falls for ever, this many units of its start below it

/** A logarithmic axis: its range in powers of ten, and its labels. */
export function decades(curves) {
  const firsts = curves.map((curve) => curve.find((v) => known(v) && v > 0) ?? 0) // row 0 of a curve of steps is NaN
  const top = BEYOND * Math.max(LEAST, ...firsts)
  return powers(curves.flatMap((curve) => [...curve].filter((v) => known(v) && v > 0 && v <= top)))
}

/** The decades that hold these values, all of them positive. */
function powers(values) {
  if (!values.length) return labelled([-1, 1])
  const low = Math.log10(Math.max(LEAST, smallest(values)))
  const high = Math.max(low, Math.log10(largest(values)))
  const room = 0.05 * Math.max(high - low, 0.5)
  return labelled([low - room, high + room])
}

/** {range} with labels on whole powers of ten where two are in view; where fewer are, on round numbers so far apart that none
 * is printed over another. Plotly labels every tenth of a short axis. The same rule as `ravine/figures/ticks.py`. */
export function labelled(range) {
  const [low, high] = range
  if (Math.floor(high) - Math.ceil(low) >= 1) return { range, dtick: Math.max(1, Math.ceil((high - low) / MOST)) }
  const tickvals = round(low, high)
  return { range, tickvals, ticktext: tickvals.map(tickText) }
}

function round(low, high) {
  const some = []
  for (let k = Math.floor(low); k <= Math.ceil(high); k++) for (const digit of [1, 2, 5]) some.push(Number(`${digit}e${k}`))
  const inside = some.filter((value) => low <= Math.log10(value) && Math.log10(value) <= high)
  return inside.length > 2 ? inside : even(low, high)
}

/** Round numbers an even way apart, as many as have room. */
function even(low, high) {
  const [begin, end] = [10 ** low, 10 ** high]
  const k = Math.floor(Math.log10((end - begin) / 3))
  const step = [5, 2, 1].find((digit) => digit * 10 ** k <= (end - begin) / 3)
  const places = []
  for (let n = Math.ceil(begin / 10 ** k / step); n <= Math.floor(end / 10 ** k / step); n++) {
    const value = Number(`${n * step}e${k}`)
    if (!places.length || Math.log10(value / places.at(-1)) >= APART * (high - low)) places.push(value)
  }
  return places
}

/** A positive number as it stands at an axis: 0.25, 2×10⁻⁵. */
function tickText(value) {
  if (value >= 1e-3 && value < 1e5) return String(Number(value.toPrecision(5)))
  const [digits, power] = value.toExponential(4).split("e")
  return `${Number(digits)}×10<sup>${Number(power)}</sup>`.replace("-", "−")
}

/** An axis of this type for the ends of runs that start at heights `starts`; where it is open, logarithmic unless one is negative. */
export function ends(type, curves, starts) {
  const values = curves.flatMap((curve) => [...curve].filter(known))
  const high = Math.max(LEAST, ...starts.filter(known))
  if (type === "log" || !values.some((v) => v < 0)) return { type: "log", ...powers(values.filter((v) => v > 0 && v <= BEYOND * high)) }
  const seen = values.filter((v) => Math.abs(v) <= DROP * Math.max(1, high))
  return { type: "linear", range: seen.length ? roomy(smallest(seen), largest(seen)) : [-1, 1] }
}

/** A range with some room at both ends. */
function roomy(low, high) {
  const room = 0.06 * (high - low || 1)
  return [low - room, high + room]
}

/** A linear axis for heights without a floor. */
export function endless(curves) {
  const start = curves[0]?.[0] ?? 0
  const reach = DROP * Math.max(1, Math.abs(start))
  const values = curves.flatMap((curve) => [...curve].filter(known))
  const low = Math.max(start - reach, smallest([start, ...values]))
  const high = Math.min(start + reach, largest([start, ...values]))
  return { range: roomy(low, high) }
}

/** A linear axis for values of either sign, around 0. What grows far above its beginnings leaves its frame. */
export function signed(curves) {
  const values = curves.map((curve) => [...curve].filter(known))
  const usual = Math.max(0, ...values.flatMap((curve) => curve.slice(0, 5).map(Math.abs)))
  const seen = values.flat().filter((v) => Math.abs(v) <= GROWN * (usual || Infinity))
  const [low, high] = seen.length ? [Math.min(0, smallest(seen)), Math.max(0, largest(seen))] : [-1, 1]
  return { range: roomy(low, high) }
}

const known = (value) => Number.isFinite(value)
const smallest = (values) => values.reduce((a, b) => Math.min(a, b))
const largest = (values) => values.reduce((a, b) => Math.max(a, b))
