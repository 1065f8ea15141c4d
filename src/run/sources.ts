// Serving rooms come here for the list of sources: they do not know how one is asked.

export { sources } from '../discover/sources.ts'
