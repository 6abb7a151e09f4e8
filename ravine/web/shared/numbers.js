// Numbers as a person reads them.

/** Three digits: 0.0123, 1.5e-7, ∞; a dash for what is no number. */
export function short(value) {
  if (Number.isNaN(value)) return "–"
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞"
  if (value === 0) return "0"
  const size = Math.abs(value)
  const text = size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(3))) : value.toExponential(1)
  return text.replace("-", "−").replace("e-", "e−").replace("e+", "e")
}

/** A coordinate, rounded to a thousandth of the span that is in view. */
export function rounded(value, span) {
  const digits = Math.max(0, Math.ceil(3 - Math.log10(span)))
  return Number(value.toFixed(Math.min(digits, 12)))
}

/** "Step {k} of {n}" with its values put in. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name])
}
