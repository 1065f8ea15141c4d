import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { mayName, reachOf, type Reach } from './address-reach.ts'

const addresses: Record<Reach, string[]> = {
  public: ['1.1.1.1', '169.253.255.255', '172.32.0.1', '2606:4700::1111', '64:ff9b::101:101', '::ffff:1.1.1.1'],
  private: ['10.0.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1', '2002:a00:1::'],
  loopback: [
    '127.0.0.1',
    '127.8.9.10',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::127.0.0.1',
    '::127.0.0.1',
  ],
  forbidden: [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::1%eth0',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '::',
    '255.255.255.255',
    '224.0.0.1',
    'ff02::1',
    'localhost',
    '',
  ],
}
for (const [reach, list] of Object.entries(addresses)) {
  for (const address of list) test(`'${address}' is ${reach}`, () => equal(reachOf(address), reach))
}

test('nobody names an address further in than itself', () => {
  equal(mayName('public', 'public'), true)
  equal(mayName('private', 'public'), true)
  equal(mayName('public', 'private'), false)
  equal(mayName('private', 'loopback'), false)
  equal(mayName('loopback', 'forbidden'), false)
})
