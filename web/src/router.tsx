// The addresses of the console. Each page is loaded when it is first opened; filters live in the search parameters.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  redirect,
} from '@tanstack/react-router'
import { Root } from './Root.tsx'
import { Frame } from './frame/Frame.tsx'
import { NotFound } from './frame/NotFound.tsx'
import { countedStates } from './share.ts'
import { severities } from './words.ts'

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface StaticDataRouteOption {
    title?: string
    parent?: { to: string; title: string }
    /** Whether the page has a search field of its own. */
    searches?: boolean
  }
}

type Given = Record<string, unknown>

/** The text of each named parameter that is there and not empty. */
function texts<Name extends string>(given: Given, ...names: readonly Name[]): { [key in Name]?: string } {
  const found = names.flatMap((name) => {
    const value = given[name]
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
  })
  return Object.fromEntries(found) as { [key in Name]?: string }
}

/** The value of a parameter where it is one of the known ones. */
function oneOf<Value extends string>(given: unknown, values: readonly Value[]): Value | undefined {
  return values.find((value) => value === given)
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFound })
const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/coverage', replace: true })
  },
})

const coverageRoute = createRoute({
  getParentRoute: () => frame,
  path: '/coverage',
  staticData: { title: 'Coverage' },
  validateSearch: (given: Given) => {
    const state = oneOf(given['state'], countedStates)
    const words = oneOf(given['words'], ['1'])
    const show = oneOf(given['show'], ['all'])
    return { ...texts(given, 'provider'), ...(state && { state }), ...(words && { words }), ...(show && { show }) }
  },
  component: lazyRouteComponent(() => import('./pages/Coverage.tsx'), 'Coverage'),
})

/** Whoever is signed in already has no use for this address; for all others the root shows the sign-in page. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: () => <Navigate to="/coverage" replace />,
})

/** A cell: the coverage page with the drawer open. */
const cell = createRoute({
  getParentRoute: () => coverageRoute,
  path: '$service/$layer/$task',
  staticData: { title: 'Coverage' },
})

const inventoryRoute = createRoute({
  getParentRoute: () => frame,
  path: '/inventory',
  staticData: { title: 'Inventory', searches: true },
  validateSearch: (given: Given) => texts(given, 'search', 'service', 'kind', 'sort'),
  component: lazyRouteComponent(() => import('./pages/Inventory.tsx'), 'Inventory'),
})

const workloadRoute = createRoute({
  getParentRoute: () => frame,
  path: '/inventory/workload',
  staticData: { title: 'Resource', parent: { to: '/inventory', title: 'Inventory' } },
  validateSearch: (given: Given) => ({ id: '', ...texts(given, 'id') }),
  component: lazyRouteComponent(() => import('./pages/Workload.tsx'), 'Workload'),
})

const findingsRoute = createRoute({
  getParentRoute: () => frame,
  path: '/findings',
  staticData: { title: 'Findings', searches: true },
  validateSearch: (given: Given) => {
    const severity = oneOf(given['severity'], severities)
    const kind = oneOf(given['kind'], ['vulnerability', 'rule', 'secret', 'malware'])
    const state = oneOf(given['state'], ['excepted', 'fixed'])
    return {
      ...texts(given, 'search', 'service', 'layer', 'task', 'resource'),
      ...(severity && { severity }),
      ...(kind && { kind }),
      ...(state && { state }),
    }
  },
  component: lazyRouteComponent(() => import('./pages/Findings.tsx'), 'Findings'),
})

const exceptionsRoute = createRoute({
  getParentRoute: () => frame,
  path: '/findings/exceptions',
  staticData: { title: 'Exceptions', parent: { to: '/findings', title: 'Findings' }, searches: true },
  validateSearch: (given: Given) => {
    const state = oneOf(given['state'], ['active', 'ended'])
    return { ...texts(given, 'search'), ...(state && { state }) }
  },
  component: lazyRouteComponent(() => import('./pages/Exceptions.tsx'), 'Exceptions'),
})

const imagesRoute = createRoute({
  getParentRoute: () => frame,
  path: '/images',
  staticData: { title: 'Images', searches: true },
  validateSearch: (given: Given) => texts(given, 'search', 'sort'),
  component: lazyRouteComponent(() => import('./pages/Images.tsx'), 'Images'),
})

const imageRoute = createRoute({
  getParentRoute: () => frame,
  path: '/images/image',
  staticData: { title: 'Image', parent: { to: '/images', title: 'Images' } },
  validateSearch: (given: Given) => ({ id: '', ...texts(given, 'id', 'sort', 'packages') }),
  component: lazyRouteComponent(() => import('./pages/Image.tsx'), 'Image'),
})

const affectedRoute = createRoute({
  getParentRoute: () => frame,
  path: '/affected',
  staticData: { title: 'Affected', searches: true },
  validateSearch: (given: Given) => texts(given, 'search'),
  component: lazyRouteComponent(() => import('./pages/Affected.tsx'), 'Affected'),
})

const sourcesRoute = createRoute({
  getParentRoute: () => frame,
  path: '/sources',
  staticData: { title: 'Sources' },
  component: lazyRouteComponent(() => import('./pages/Sources.tsx'), 'Sources'),
})

/** Within the frame, so that whoever is lost can go anywhere from here. */
const elsewhere = createRoute({
  getParentRoute: () => frame,
  path: '$',
  staticData: { title: 'Not found' },
  component: NotFound,
})

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    signIn,
    frame.addChildren([
      coverageRoute.addChildren([cell]),
      inventoryRoute,
      workloadRoute,
      findingsRoute,
      exceptionsRoute,
      imagesRoute,
      imageRoute,
      affectedRoute,
      sourcesRoute,
      elsewhere,
    ]),
  ]),
  // Plain text, so that an address can be written by hand: `?search=1.27` stays the text 1.27.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter((entry): entry is [string, string] => Boolean(entry[1]))
    return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
  },
  scrollRestoration: true,
  defaultPreload: 'intent',
})
