// The range of an axis for curves that may reach 0, infinity or nothing at all.

const LEAST = 1e-16 // below this a float64 of size 1 has no digits left
const BEYOND = 1e4 // a curve that climbs this many times above every start leaves its frame
const GROWN = 20 // so does a state that grows this many times above its first values
const DROP = 8 // and so does a height that falls for ever, this many units of its start below it

/** A logarithmic axis: {range, dtick} in powers of ten, labels on whole powers when there are enough of them. */
export function decades(curves) {
  const firsts = curves.map((curve) => curve.find((v) => known(v) && v > 0) ?? 0) // row 0 of a curve of steps is NaN
  const top = BEYOND * Math.max(LEAST, ...firsts)
  return powers(curves.flatMap((curve) => [...curve].filter((v) => known(v) && v > 0 && v <= top)))
}

/** The decades that hold these values, all of them positive. */
function powers(values) {
  if (!values.length) return { range: [-1, 1] }
  const low = Math.log10(Math.max(LEAST, smallest(values)))
  const high = Math.max(low, Math.log10(largest(values)))
  const room = 0.05 * Math.max(high - low, 0.5)
  const range = [low - room, high + room]
  return high - low > 1.3 ? { range, dtick: Math.ceil((high - low) / 6) } : { range }
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
