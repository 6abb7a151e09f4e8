// An arena in a room leads the class, or shows what the teacher's does. The code for either is fetched where there is one.

const FOLLOWED = "ravine-follows" // in the storage of the tab: the room that it is in
const KNOWN = "ravine-room" // in the browser's: the room that was opened here (room/known.js)
const ROLES = { follow: () => import("./follow.js"), lead: () => import("./lead.js") }

export class Company {
  /** Of `arena`; `load(role)` fetches the module of one. */
  constructor(arena, load = (role) => ROLES[role]()) {
    Object.assign(this, { arena, load, role: null, member: null })
    this.known = () => this.meet()
    document.addEventListener("ravine-room", this.known)
  }

  /** Whether the teacher turns the knobs. */
  get isLed() {
    return this.member?.isLed ?? false
  }

  /** Data as the arena shall show it: what the teacher shows lies over what the visitor's own page says. */
  over(data) {
    return this.isLed ? this.member.over(data) : data
  }

  /** Something is drawn: perhaps the class shall see it. */
  drawn() {
    this.member?.drawn?.()
  }

  /** There is news of this page: its room may be another one. */
  async meet() {
    const { data } = this.arena
    if (!data || this.gone) return
    const role = this.member?.stays ? this.role : data.room && !data.embedded ? roleOf() : null
    if (role === this.role) return this.member?.meet()
    this.member?.dispose()
    Object.assign(this, { role, member: null })
    const { Member } = (role && (await this.load(role).catch(() => (this.role = null)))) ?? {}
    if (!Member || this.role !== role || this.member || this.gone) return
    this.member = new Member(this.arena)
    this.member.meet()
  }

  dispose() {
    this.gone = true
    document.removeEventListener("ravine-room", this.known)
    this.member?.dispose()
  }
}

/** The room that this tab is in, as somebody may have typed it; "" where it is in none. */
export function roomOf(search = location.search) {
  const typed = new URLSearchParams(search).get("room") ?? kept(() => sessionStorage, FOLLOWED) ?? ""
  return typed.replace(/[^0-9A-Za-z]/g, "").slice(0, 12).toUpperCase()
}

/** Be in this room, whatever page comes and goes; "" is none. The address says so too. */
export function stay(code) {
  try {
    if (code) sessionStorage.setItem(FOLLOWED, code)
    else sessionStorage.removeItem(FOLLOWED)
  } catch {
    // then it is in the address alone
  }
  const { href, search } = location
  const parts = search.slice(1).split("&").filter((part) => part && !/^room(=|$)/.test(part))
  const query = [...parts, ...(code ? [`room=${code}`] : [])].join("&")
  const address = href.replace(/[?#].*/, "") + (query ? `?${query}` : "") + location.hash
  if (address !== href) history.replaceState(history.state, "", address)
}

function roleOf() {
  if (roomOf()) return "follow"
  return kept(() => localStorage, KNOWN) ? "lead" : null
}

function kept(where, name) {
  try {
    return where().getItem(name)
  } catch {
    return null
  }
}
