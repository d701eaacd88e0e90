import { randomUUID } from 'node:crypto';
import type { Call, Reply } from './call.ts';
import { type Element, element, elements, escapeXml, parseXml, printXml, textAt } from './xml.ts';

/** An error as AWS answers it. Thrown by an overlay, it becomes the reply, in the call's own protocol. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function errorReply(call: Call, error: AwsError): Reply {
  const id = randomUUID();
  const { code, message, status } = error;
  if (call.protocol === 'json') {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': code,
      'x-amzn-requestid': id,
    };
    return { status, headers, body: Buffer.from(JSON.stringify({ __type: code, message })) };
  }
  const what = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const xml =
    call.protocol === 'ec2'
      ? `<Response><Errors><Error>${what}</Error></Errors><RequestID>${id}</RequestID></Response>`
      : `<ErrorResponse><Error><Type>${type}</Type>${what}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
  return xmlReply(status, id, xml);
}

/** A successful EC2 reply made by an overlay. */
export function ec2Reply(operation: string, ...children: Element[]): Reply {
  const id = randomUUID();
  const root: Element = {
    ...element(`${operation}Response`, element('requestId', id), ...children),
    attributes: 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"',
  };
  return xmlReply(200, id, printXml(root));
}

/** A successful reply of IAM or STS made by an overlay. */
export function queryReply({ operation, service }: Call, ...children: Element[]): Reply {
  const id = randomUUID();
  const root: Element = {
    ...element(
      `${operation}Response`,
      element(`${operation}Result`, ...children),
      element('ResponseMetadata', element('RequestId', id)),
    ),
    attributes: `xmlns="https://${service}.amazonaws.com/doc/${service === 'sts' ? '2011-06-15' : '2010-05-08'}/"`,
  };
  return xmlReply(200, id, printXml(root));
}

/** The emulator's reply with its document changed. Errors and what is not XML pass through as they are. */
export function amendXml(reply: Reply, amend: (document: Element) => void): Reply {
  if (reply.status !== 200) return reply;
  const document = parseXml(reply.body.toString('utf8'));
  amend(document);
  const { 'content-length': _stale, ...headers } = reply.headers;
  return { ...reply, headers, body: Buffer.from(XML_HEAD + printXml(document)) };
}

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

function xmlReply(status: number, id: string, xml: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': id },
    body: Buffer.from(XML_HEAD + xml),
  };
}

/** The error in a reply of any of the three protocols; undefined when it is a success. */
export function errorIn(reply: Reply): AwsError | undefined {
  if (reply.status < 400) return undefined;
  const text = reply.body.toString('utf8');
  const type = reply.headers['x-amzn-errortype'];
  try {
    if (type !== undefined || text.startsWith('{')) return jsonError(reply.status, type, text);
    const document = parseXml(text);
    const error = elements(elements(document, 'Errors')[0] ?? document, 'Error')[0];
    return new AwsError(textAt(error, 'Code') ?? 'Unknown', textAt(error, 'Message') ?? '', reply.status);
  } catch {
    return new AwsError('Unknown', text.slice(0, 200), reply.status);
  }
}

function jsonError(status: number, header: string | undefined, text: string): AwsError {
  const body: unknown = JSON.parse(text);
  const record =
    typeof body === 'object' && body !== null ? new Map<string, unknown>(Object.entries(body)) : new Map();
  const code = header ?? String(record.get('__type') ?? 'Unknown');
  const message = String(record.get('message') ?? record.get('Message') ?? '');
  return new AwsError(code.slice(code.lastIndexOf('#') + 1).split(':')[0] ?? code, message, status);
}

/** The emulator answers what it does not implement with a web page: its status line in an HTML body. */
export function isHtmlFailure(reply: Reply): boolean {
  if (reply.status < 500) return false;
  return (
    (reply.headers['content-type'] ?? '').includes('text/html') ||
    reply.body.subarray(0, 64).toString('utf8').trimStart().toLowerCase().startsWith('<!doctype html')
  );
}
