// The arena of a teacher: while they lead, the class's arenas are told what this one shows, a few times a second.

import { joined } from "./led.js"
import { Line } from "./line.js"
import { lookOf } from "./look.js"
import { forgetRoom, knownRoom, steer } from "../room/known.js"
import { Watch } from "../room/watch.js"
import { loadStyle } from "../shared/fetching.js"
import { fill } from "../shared/numbers.js"

const PAUSE = 250 // milliseconds between two that are told
const AGAIN = 1000 // milliseconds until the next try where nothing answers
const MISSED = 2 // looks at the room in which nobody leads: somebody else let go
const LEADS = "ravine-leads" // in the storage of the tab: the room that it leads

export class Member {
  constructor(arena) {
    Object.assign(this, { arena, on: false, told: null, last: -Infinity, missed: 0, says: "", stalled: "", elsewhere: false, line: new Line(arena.element) })
  }

  get words() {
    return this.arena.data.room.words
  }

  get base() {
    return this.arena.data.room.address
  }

  /** The page has run, or this browser knows another room. */
  meet() {
    const room = knownRoom()
    if (!room?.secret) return this.over()
    if (room.code === this.room?.code) return this.tell()
    this.watch?.dispose()
    Object.assign(this, { room, on: keptLead() === room.code, told: null, says: "", stalled: "" })
    const stalled = (says) => ((this.stalled = says === true ? this.words.offline : says), this.tell())
    this.watch = new Watch(this.base, room, room.secret, { heard: (state) => this.heard(state), line: stalled, over: () => (knownRoom()?.code === room.code && forgetRoom(), this.over()) })
    loadStyle(this.arena.data.room.css)
    this.drawn()
  }

  heard({ follow }) {
    this.missed = follow || this.told === null ? 0 : this.missed + 1
    this.elsewhere = Boolean(follow) && !this.on
    if (this.on && this.missed >= MISSED) this.rest()
    this.tell()
  }

  tell() {
    if (!this.room) return
    const { words, room, on, elsewhere } = this
    const lead = [elsewhere ? words.leadHere : words.lead, () => this.lead()]
    const acts = on || elsewhere ? [[words.letGo, () => this.letGo()]] : []
    const says = fill(on ? words.leads : elsewhere ? words.other : words.opened, room)
    const wrong = this.says || this.stalled // a look at the room that arrived sends no step
    this.line.say([wrong, says].filter(Boolean).join(" "), on ? acts : [lead, ...acts], wrong ? "off" : on ? "on" : "")
  }

  /** What the class is told: the link of what is seen, also of what a hand holds. */
  get link() {
    const { data, clock, knob } = this.arena
    const look = { ...lookOf(this.arena.looks()), ...this.playing(clock, data.link) }
    if (knob.shows) this.held = { link: data.link, turn: data.dial.key, shows: knob.shows }
    if (this.held?.link !== data.link) this.held = null // what the hand let go has become the race
    const { turn, shows } = this.held ?? {}
    return joined(data.link, { ...look, turn, shows })
  }

  /** A race that plays is told once: from where, and how fast. */
  playing({ playing, speed, step }, link) {
    if (!playing) return (this.plays = null) ?? {}
    const now = `${speed} ${link}`
    if (this.plays?.now !== now) this.plays = { now, at: String(step), play: String(speed) }
    const { at, play } = this.plays
    return { at, play }
  }

  lead() {
    Object.assign(this, { on: true, told: null, missed: 0, elsewhere: false })
    keepLead(this.room.code)
    this.drawn()
    this.tell()
  }

  /** Something is drawn. It is told soon, and what is drawn last always is. */
  drawn(pause = PAUSE) {
    if (!this.on || this.timer || this.sending) return
    this.timer = setTimeout(() => this.flush(), Math.max(0, this.last + pause - performance.now()))
  }

  async flush() {
    this.timer = null
    const { link } = this
    if (!this.on || link === this.told) return
    this.last = performance.now()
    const sent = (this.sending = this.send(link))
    const done = await sent
    this.sending = null
    this.drawn(done ? PAUSE : AGAIN)
  }

  /** Whether the class is told `link`; null lets it go. */
  async send(link) {
    try {
      await steer(this.base, this.room, { do: "follow", link })
      this.says = ""
    } catch (error) {
      this.says = error.status ? error.message : this.words.offline
      if (error.status === 403 || error.status === 404) this.watch.soon()
      if (!error.status || error.status >= 429) return (this.tell(), false)
    }
    this.told = link
    this.tell()
    return true
  }

  /** What is seen now is the last that the class is told. */
  async letGo() {
    const leads = this.on
    this.rest()
    await this.sending
    const { link } = this
    const done = (!leads || link === this.told || (await this.send(link))) && (await this.send(null))
    if (done) this.elsewhere = false
    else if (leads) this.lead() // it is still so; the line says why
    this.tell()
  }

  rest() {
    this.on = false
    clearTimeout(this.timer)
    this.timer = null
    keepLead("")
  }

  /** The room is no more. */
  over() {
    this.rest()
    this.watch?.dispose()
    this.room = null
    this.line.element.hidden = true
  }

  dispose() {
    this.watch?.dispose()
    clearTimeout(this.timer)
    this.on = false
    this.line.dispose()
  }
}

function keptLead() {
  try {
    return sessionStorage.getItem(LEADS)
  } catch {
    return null
  }
}

function keepLead(code) {
  try {
    sessionStorage.setItem(LEADS, code)
  } catch {
    // then a page that is opened anew leads no more
  }
}
