// The host swap as people paste it into the dashboard, with one CORS header.

/** @type {{ fetch(request: Request, env: { UPSTREAM_URL: string }): Promise<Response> }} */
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const upstream = new URL(env.UPSTREAM_URL);
    url.protocol = upstream.protocol;
    url.host = upstream.host;
    const response = await fetch(new Request(url, request));
    const copy = new Response(response.body, response);
    copy.headers.set("Access-Control-Allow-Origin", "*");
    return copy;
  },
};
