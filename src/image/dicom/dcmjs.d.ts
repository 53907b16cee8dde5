/** The parts of dcmjs that are used; the package has no types of its own. */
declare module 'dcmjs' {
  const dcmjs: {
    readonly data: {
      readonly DicomMetaDictionary: {
        readonly nameMap: Readonly<
          Record<string, { readonly tag?: unknown; readonly vr: string; readonly name: string }>
        >
      }
    }
  }
  export default dcmjs
}
