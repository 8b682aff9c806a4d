# Sluice in workerd, the runtime that Cloudflare Workers run on. start.sh says where it listens.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "sluice", worker = .sluice),
    # Where the gateway may call: anywhere, this machine and its network included. The certificates
    # of an https:// upstream must be signed by one of the authorities that this system trusts.
    (name = "network", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true),
    )),
  ],
  sockets = [(
    name = "http",
    address = "127.0.0.1:8787",
    service = "sluice",
    # A proxy in front that takes https:// says so by this header.
    http = (forwardedProtoHeader = "X-Forwarded-Proto"),
  )],
);

const sluice :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "./core.wasm", wasm = embed "core.wasm"),
  ],
  compatibilityDate = "COMPATIBILITY_DATE",
  globalOutbound = "network",
  bindings = [
    (name = "UPSTREAM_URL", fromEnvironment = "UPSTREAM_URL"),
    (name = "OPENAI_API_KEY", fromEnvironment = "OPENAI_API_KEY"),
    (name = "ACCESS_KEYS", fromEnvironment = "ACCESS_KEYS"),
    (name = "ACCESS", fromEnvironment = "ACCESS"),
    (name = "ALLOWED_ORIGINS", fromEnvironment = "ALLOWED_ORIGINS"),
    (name = "CONFIG", fromEnvironment = "CONFIG"),
  ],
);
