import type { ErrorClass } from '../core/errors.ts';

/**
 * What each error code means for whoever asked. Sources:
 * EC2 https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
 * IAM https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and each operation's page
 * KMS https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html and each operation's page
 * STS https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and each operation's page
 *
 * A code that follows its service's naming is not listed; {@link patterns} has it.
 */
const codes: Readonly<Record<ErrorClass, readonly string[]>> = {
  NotFound: ['NoSuchEntity', 'NoSuchEntityException', 'NotFoundException'],
  Conflict: [
    'AlreadyExistsException',
    'ConflictException',
    'DeleteConflict',
    'DeleteConflictException',
    'DependencyViolation',
    'DisabledException',
    'EntityAlreadyExists',
    'EntityAlreadyExistsException',
    'IdempotentParameterMismatch',
    'IncorrectInstanceState',
    'IncorrectState',
    'InvalidAMIID.Unavailable',
    'InvalidAddress.Locked',
    'InvalidIPAddress.InUse',
    // Without a suffix: the instance exists, and is still starting or already going.
    'InvalidInstanceID',
    'InvalidState',
    'InvalidStateTransition',
    'KMSInvalidStateException',
    'OperationNotPermitted',
    'Resource.AlreadyAssociated',
    'Resource.AlreadyAssigned',
    'ResourceAlreadyExists',
    'UnmodifiableEntity',
    'UnmodifiableEntityException',
  ],
  Throttled: [
    'Client.RequestLimitExceeded',
    'EC2ThrottledException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  Transient: [
    'ConcurrentModification',
    'ConcurrentModificationException',
    'ConcurrentTagAccess',
    'DependencyTimeoutException',
    'EntityTemporarilyUnmodifiable',
    'EntityTemporarilyUnmodifiableException',
    'IDPCommunicationError',
    'IDPCommunicationErrorException',
    'InsufficientAddressCapacity',
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'KMSInternalException',
    'KeyUnavailableException',
    'PriorRequestNotComplete',
    'RequestExpired',
    'RequestInTheFuture',
    'RequestTimeTooSkewed',
    'RequestTimeout',
    'RequestTimeoutException',
    'ServerInternal',
    'ServiceFailure',
    'ServiceFailureException',
    'ServiceUnavailable',
    'Unavailable',
  ],
  Denied: [
    'AccessDenied',
    'AccessDeniedException',
    'AuthFailure',
    'Blocked',
    'NotAuthorized',
    'OptInRequired',
    'PendingVerification',
    'RegionDisabledException',
    'UnauthorizedOperation',
  ],
  Unauthenticated: [
    'CredentialsProviderError',
    'ExpiredToken',
    'ExpiredTokenException',
    'IDPRejectedClaim',
    'IncompleteSignature',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidIdentityToken',
    'InvalidSignatureException',
    'MissingAuthenticationToken',
    'SignatureDoesNotMatch',
    'TokenRefreshRequired',
    'UnrecognizedClientException',
  ],
  Quota: ['AddressLimitExceeded', 'LimitExceeded', 'LimitExceededException', 'ResourceLimitExceeded'],
  Invalid: [
    'CannotDelete',
    'DryRunOperation',
    'InvalidAction',
    'InvalidAliasNameException',
    'InvalidArnException',
    'InvalidInput',
    'InvalidInputException',
    'InvalidMarkerException',
    'MalformedPolicyDocument',
    'MalformedPolicyDocumentException',
    'PackedPolicyTooLarge',
    'PolicyNotAttachable',
    'PolicyNotAttachableException',
    'TagException',
    'TagPolicyViolation',
    'UnsupportedOperationException',
    'ValidationError',
    'ValidationException',
  ],
};

/** The services' naming, for codes of more resource types than a table can keep up with. */
const patterns: readonly (readonly [RegExp, ErrorClass])[] = [
  [/NotFound(Exception)?$/, 'NotFound'],
  [/(Malformed|Unknown)$/, 'Invalid'],
  [/\.(InUse|Duplicate|AlreadyExists|AlreadyAssociated)$|AlreadyExists(Exception|Fault)?$/, 'Conflict'],
  [/^Incorrect\w*State$|InvalidState(Exception)?$/, 'Conflict'],
  [/LimitExceeded(Exception|Fault)?$|QuotaExceeded(Exception)?$/, 'Quota'],
  [/^Insufficient\w*Capacity$/, 'Transient'],
  [/^(Invalid|Missing|Malformed|Unsupported|Unknown)/, 'Invalid'],
];

const byCode = new Map<string, ErrorClass>();
for (const errorClass of Object.keys(codes)) {
  if (isErrorClass(errorClass)) for (const code of codes[errorClass]) byCode.set(code, errorClass);
}

function isErrorClass(text: string): text is ErrorClass {
  return Object.hasOwn(codes, text);
}

/** The code's class, or undefined where nothing is known of it. */
export function classOfCode(code: string): ErrorClass | undefined {
  return byCode.get(code) ?? patterns.find(([pattern]) => pattern.test(code))?.[1];
}

/** What is left to go by for an unknown code. */
export function classOfStatus(status: number | undefined): ErrorClass {
  if (status === undefined) return 'Transient';
  if (status === 429) return 'Throttled';
  if (status === 501) return 'Invalid';
  if (status >= 500) return 'Transient';
  if (status === 401 || status === 403) return 'Denied';
  if (status === 404) return 'NotFound';
  if (status === 409) return 'Conflict';
  return 'Invalid';
}
