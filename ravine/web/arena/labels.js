// Where a label stands beside what it means: in the frame, apart from the others, and over as little as possible.
//
// A box is [left, right, top, bottom] in pixels.

const WAYS = [[1, -1], [-1, -1], [1, 1], [-1, 1], [0, -1], [0, 1], [1, 0], [-1, 0]]

/** The best box of a label of this [width, height], one of `leads` pixels from its anchor [x, y]; undefined where there is no
 * room. `taken` are boxes that it must not touch; `cost(box)` is how much it would hide.
 */
export function labelBox(anchor, size, { leads, frame, taken, cost }) {
  const all = leads.flatMap((lead) => WAYS.map((way) => beside(anchor, way, lead, size)))
  const free = all.filter((box) => within(box, frame) && !taken.some((other) => overlap(box, other)))
  const priced = free.map((box) => [cost(box), box])
  return priced.sort(([one], [other]) => one - other)[0]?.[1]
}

/** The box of a label in this direction of its anchor. */
function beside([x, y], [across, down], lead, [width, height]) {
  const left = x + across * lead + (across === 0 ? -width / 2 : across < 0 ? -width : 0)
  const top = y + down * lead + (down === 0 ? -height / 2 : down < 0 ? -height : 0)
  return [left, left + width, top, top + height]
}

const within = ([left, right, top, bottom], [l, r, t, b]) => l <= left && right <= r && t <= top && bottom <= b
const overlap = ([left, right, top, bottom], [l, r, t, b]) => left < r && l < right && top < b && t < bottom
