// The link of a table's row: a plain address. The router's own link listens to every change of the address, which is dear in
// rows that come and go while scrolling.

import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'

export function RowLink(props: {
  to: '/inventory/workload' | '/images/image'
  id: string
  title: string
  mono?: boolean
  children: ReactNode
}) {
  const { to, id, title, mono = false, children } = props
  const { history } = useRouter()
  const href = `${to}?${new URLSearchParams({ id })}`
  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    history.push(href)
  }
  return (
    <a href={href} title={title} className={mono ? 'mono' : undefined} onClick={onClick}>
      {children}
    </a>
  )
}
