// What is asked of a race, over HTTP (ravine/server/questions.py): which questions there are, one of them, and what came out.

const PATIENCE = 20_000 // milliseconds until an answer that does not come is given up
const LOOKS = ["view", "at", "zoom", "show", "curves", "dial", "eye", "point"] // how a race is looked at (look.js): no other race

/** A sentence of the server, for the visitor. */
export class Refused extends Error {}

export class Asking {
  /** `base` is the address below which the server answers, `lang` the visitor's language; `ask` is `fetch`. */
  constructor(base, lang, ask = (url) => fetch(url, { signal: AbortSignal.timeout(PATIENCE) })) {
    Object.assign(this, { base, lang, ask })
  }

  /** All that can be asked of the race: [{kind, lane, text}]. */
  async questions(link) {
    return (await this.get("questions", link)).questions
  }

  /** One of them, as its form needs it. */
  async question(link, { kind, lane }) {
    return await this.get("question", link, { ask: kind, who: lane ?? "" })
  }

  /** What came out, and how far an answer is from it: {truth, distance, says}. */
  async truth(link, { kind, lane }, answer) {
    return await this.get("truth", link, { ask: kind, who: lane ?? "", answer: JSON.stringify(answer) })
  }

  async get(what, link, more = {}) {
    const query = new URLSearchParams({ ...more, lang: this.lang })
    const answer = await this.ask(`${this.base}${what}?${link}${link ? "&" : ""}${query}`)
    const told = await answer.json()
    if (!answer.ok) throw new Refused(told.says ?? "")
    return told
  }
}

/** The question for a visitor who has guessed `turn` times: another kind each time, then of another lane. */
export function chosen(questions, turn) {
  const kinds = [...new Set(questions.map(({ kind }) => kind))]
  const alike = questions.filter(({ kind }) => kind === kinds[turn % kinds.length])
  return alike[Math.floor(turn / kinds.length) % alike.length]
}

/** What of a link says which race it is, and not how it is looked at. */
export function raceOf(link) {
  const query = new URLSearchParams(link)
  for (const name of LOOKS) query.delete(name)
  return query.toString()
}
