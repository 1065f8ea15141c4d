import { Button } from '@mantine/core'
import css from './KeyList.module.css'

const keys: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['←', '↑', '↓', '→'], does: 'move between cells; an open drawer follows' },
  { keys: ['Home', 'End'], does: 'first and last cell of the row, with Ctrl of the matrix' },
  { keys: ['Enter'], does: 'open the cell' },
  { keys: ['Esc'], does: 'close, back to the cell' },
  { keys: ['w'], does: 'next cell that nobody looked at' },
  { keys: ['[', ']'], does: 'previous, next cell while one is open' },
  { keys: ['g', 'c i f m s a'], does: 'one after the other: Coverage, Inventory, Findings, Images, Sources, Affected' },
  { keys: ['/'], does: 'search' },
  { keys: ['t'], does: 'light or dark' },
  { keys: ['?'], does: 'this list' },
]

export function KeyList({ ref }: { ref: React.Ref<HTMLDialogElement> }) {
  return (
    <dialog className={css.list} ref={ref} aria-labelledby="keys">
      <h2 id="keys">Keyboard</h2>
      <dl>
        {keys.map((row) => (
          <div key={row.does}>
            <dt>
              {row.keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{row.does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <Button type="submit" variant="default">
          Close
        </Button>
      </form>
    </dialog>
  )
}
