// Whether this process may ask anybody over the network. It is decided once, when a command begins, and holds for whatever
// asks later: both clients look here before each request.

let offline = false

/** From now on nothing is asked; there is no way back. */
export function goOffline(): void {
  offline = true
}

export function isOffline(): boolean {
  return offline
}
