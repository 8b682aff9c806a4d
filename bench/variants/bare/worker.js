// The floor of the platform: the least that a Worker can do to pass a request on.

/** @type {{ fetch(request: Request, env: { UPSTREAM_URL: string }): Promise<Response> }} */
export default {
  fetch: (request, env) =>
    fetch(env.UPSTREAM_URL + request.url.slice(request.url.indexOf("/", 8)), request),
};
