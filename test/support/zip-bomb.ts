/** An npz of a few kilobytes whose one array unpacks to two gigabytes of zeros, as its header truly says. */
import { deflateRawSync } from 'node:zlib'

const gigabytes = 2

export function zipBomb(): Buffer {
  const megabyte = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: 2 })
  const size = gigabytes * 2 ** 30 - 1
  const shape = `{'descr': '|u1', 'fortran_order': False, 'shape': (${gigabytes * 1024}, 1024, 1024), }`
  const text = `${shape.padEnd(117, ' ')}\n`
  const header = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\0', 'latin1'),
    Buffer.from([text.length, 0]),
    Buffer.from(text),
  ])
  const data = Buffer.concat([deflateRawSync(header, { finishFlush: 2 }), ...Array(8).fill(megabyte)])
  const names = ['train_images.npy', 'train_labels.npy']
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let at = 0
  for (const name of names) {
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(size, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    entries.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, rest.subarray(0, 14), Buffer.from(name)]),
    )
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(names.length, 8)
  end.writeUInt16LE(names.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}
