// What people give to be looked for in files, as the command line says it.

export { loadGivenContent as givenContent } from '../inspect/inspect.ts'
