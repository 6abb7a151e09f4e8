// How large the panels are and how many stand in a row.

/** Width and height of each panel, and how many stand in a row, for `count` panels in `width` pixels. */
export function arrange(count, width, viewHeight, ratio) {
  if (count === 1) return { columns: 1, width, height: between(width * ratio, 320, Math.max(340, 0.56 * viewHeight)) }
  const columns = columnsFor(count, width)
  const each = Math.floor((width - 12 * (columns - 1)) / columns)
  return { columns, width: each, height: between(each * ratio, 200, Math.max(240, 0.5 * viewHeight)) }
}

/** As many as fit at 225 pixels, at most 4, then as few as keep the number of rows: 5 in 4 columns become 3 and 2. */
function columnsFor(count, width) {
  const most = Math.max(1, Math.min(count, 4, Math.floor((width + 12) / 237)))
  return Math.ceil(count / Math.ceil(count / most))
}

const between = (value, low, high) => Math.round(Math.max(low, Math.min(high, value)))
