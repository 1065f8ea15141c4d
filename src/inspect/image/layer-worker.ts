// What runs in a worker thread: layers, one after the other, each from a part of a file that the main thread holds open.

import { parentPort } from 'node:worker_threads'
import { readDescriptor } from '../../io/files.ts'
import type { WantedContent } from '../content-scanner.ts'
import type { Limits } from '../limits.ts'
import { readLayer } from './layer.ts'
import type { LayerIndex } from './layer-index.ts'

export interface LayerTask {
  descriptor: number
  offset: number
  length: number
  limits: Limits
  content: WantedContent
}

export type LayerAnswer = { layer: LayerIndex } | { why: string }

/** Stopping a layer means ending the thread. */
const { signal } = new AbortController()

parentPort?.on('message', (task: LayerTask) => {
  read(task).then(
    (layer) => answer({ layer }),
    (error: Error) => answer({ why: error.message }),
  )
})

async function read({ descriptor, offset, length, limits, content }: LayerTask): Promise<LayerIndex> {
  return readLayer(readDescriptor(descriptor, offset, length), { signal, limits, content })
}

function answer(message: LayerAnswer): void {
  parentPort!.postMessage(message)
}
