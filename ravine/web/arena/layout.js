// How large the panels are and how many stand in a row.

const GAP = 12 // pixels between panels
const LOW = 500 // pixels: the window of a telephone that lies on its side
const AROUND = 190 // pixels: the rows above and below the picture there
const CAPTION = 56 // pixels: the head of a panel that is presented

/** Width and height of each panel, and how many stand in a row, for `count` panels in `width` pixels; no picture that is alone is
 * lower than `least`.
 */
export function arrange(count, width, viewHeight, ratio, least = 0) {
  if (count === 1) return { columns: 1, width, height: Math.max(least, between(width * ratio, ...heights(viewHeight))) }
  const columns = columnsFor(count, width)
  const each = Math.floor((width - GAP * (columns - 1)) / columns)
  return { columns, width: each, height: between(each * ratio, 200, Math.max(240, 0.5 * viewHeight)) }
}

/** The least and the most height of one picture: with its play bar it is to be seen whole, also on a telephone that lies on its
 * side.
 */
function heights(viewHeight) {
  return viewHeight < LOW ? [160, Math.max(160, viewHeight - AROUND)] : [320, Math.max(340, 0.56 * viewHeight)]
}

/** The same where the room is given, `width` by `height` pixels, and is to be filled. */
export function filling(count, width, height) {
  const rows = Array.from({ length: count }, (_, i) => i + 1)
  const rooms = rows.map((columns) => {
    const high = Math.ceil(count / columns)
    return { columns, width: Math.floor((width - GAP * (columns - 1)) / columns), height: Math.floor((height - GAP * (high - 1)) / high - (count > 1 ? CAPTION : 0)) }
  })
  const worth = (room) => Math.min(room.width, 1.4 * room.height)
  return rooms.reduce((best, room) => (worth(room) > worth(best) ? room : best))
}

/** As many as fit at 225 pixels, at most 4, then as few as keep the number of rows: 5 in 4 columns become 3 and 2. */
function columnsFor(count, width) {
  const most = Math.max(1, Math.min(count, 4, Math.floor((width + GAP) / 237)))
  return Math.ceil(count / Math.ceil(count / most))
}

const between = (value, low, high) => Math.round(Math.max(low, Math.min(high, value)))
