import { Link } from '@tanstack/react-router'
import { Card } from '../parts/Card.tsx'
import { Empty } from '../parts/Notice.tsx'
import { useTitle } from '../parts/useTitle.ts'

export function NotFound() {
  useTitle('Not found')
  return (
    <Card title="Not found">
      <Empty title="There is no page at this address.">
        It may have moved. <Link to="/coverage">Coverage</Link> is the page to begin with.
      </Empty>
    </Card>
  )
}
