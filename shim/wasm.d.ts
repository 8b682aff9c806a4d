// What importing a .wasm file gives in a Worker.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
