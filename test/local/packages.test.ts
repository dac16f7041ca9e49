import { expect } from 'chai'

import { PackageNotInstalledError } from '../../src/local/errors.ts'
import { resolvePackageFile } from '../../src/local/packages.ts'

describe('resolvePackageFile', () => {
  it('names a package that is not installed, and how to install it', () => {
    expect(() =>
      resolvePackageFile({
        name: '@mandate/not-installed',
        spec: '@mandate/not-installed@1.2.3',
      }),
    )
      .to.throw(PackageNotInstalledError)
      .with.property('message')
      .that.matches(/needs the package "@mandate\/not-installed", which is not/)
      .and.matches(
        /^ {2}npm install --save-dev @mandate\/not-installed@1\.2\.3$/m,
      )
  })

  it('returns the path of a file', () => {
    expect(
      resolvePackageFile(
        { name: 'aa-contracts-v07', spec: 'aa-contracts-v07' },
        'artifacts/EntryPoint.json',
      ),
    ).to.match(/aa-contracts-v07\/artifacts\/EntryPoint\.json$/)
  })
})
