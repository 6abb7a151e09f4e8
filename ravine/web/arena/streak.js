// Right guesses in a row, kept in this browser and nowhere else.

const KEPT = "ravine-guesses" // in the browser's storage: {turns, row}
export const NEAR = 0.05 // of the picture's diagonal: a point that is right
export const FACTOR = 1.25 // between a number and the truth

const RIGHT = {
  point: (distance) => distance <= NEAR,
  number: (distance) => distance <= Math.log10(FACTOR),
  lane: (distance) => distance === 0,
  order: (distance) => distance === 0,
  choice: (_distance, [option], truth) => option === truth,
}

/** Whether a guess counts as right. */
export function isRight(kind, answer, { distance, truth }) {
  return RIGHT[kind](distance, answer, truth)
}

export class Streak {
  /** A browser that keeps nothing counts for as long as the page stays. */
  constructor(store = () => localStorage) {
    this.store = store
    this.held = { turns: 0, row: 0 }
  }

  /** How often was guessed, and how many of the last guesses were right in a row. */
  get now() {
    try {
      const { turns, row } = JSON.parse(this.store().getItem(KEPT)) ?? this.held
      if ([turns, row].every((n) => Number.isInteger(n) && n >= 0)) return { turns, row }
    } catch {
      // nothing is kept, or what is kept is not ours
    }
    return this.held
  }

  /** One more guess. Returns how many are right in a row now. */
  add(right) {
    const { turns, row } = this.now
    this.held = { turns: turns + 1, row: right ? row + 1 : 0 }
    try {
      this.store().setItem(KEPT, JSON.stringify(this.held))
    } catch {
      // then it is not kept
    }
    return this.held.row
  }
}
