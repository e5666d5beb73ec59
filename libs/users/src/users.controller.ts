import { ApiProblems, CachedGet, Idempotent, Public, RateLimited, StoresRows, TightlyLimited } from '@app/http';
import { ValidationFailed } from '@app/problems';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RegisterDto } from './dto/register.dto.js';
import { DetailDto, LoginDto, SessionDto } from './dto/session.dto.js';
import { UserDto } from './dto/user.dto.js';
import { emailIn } from './email-in.js';
import { CurrentUser, type Principal } from './principal.js';
import { SessionsService } from './sessions.service.js';
import { EmailTaken, InvalidCredentials, InvalidToken, NotAuthenticated } from './users.problems.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@ApiTags('Accounts')
@Controller('auth/user')
export class UsersController {
  constructor(
    private readonly accounts: UsersService,
    private readonly sessions: SessionsService,
    private readonly users: UsersRepository,
  ) {}

  /** Create an account. A welcome mail is sent. */
  @Public()
  @TightlyLimited('register', emailIn)
  @StoresRows()
  @Idempotent({ subject: (body) => emailIn(body) ?? '' })
  @Post('register')
  @ApiOperation({ operationId: 'register' })
  @ApiProblems(ValidationFailed, EmailTaken, RateLimited)
  async register(@Body() wanted: RegisterDto): Promise<UserDto> {
    return UserDto.of(await this.accounts.register(wanted));
  }

  /** Log in. Send the token of the answer in the Authorization header of all other requests. */
  @Public()
  @TightlyLimited('login', emailIn)
  @Post('login')
  @HttpCode(200)
  @ApiOperation({ operationId: 'login' })
  @ApiProblems(ValidationFailed, InvalidCredentials, RateLimited)
  async login(@Body() { email, password }: LoginDto): Promise<SessionDto> {
    const { token, expiresAt } = await this.accounts.login(email, password);
    return { detail: 'You are logged in.', token, token_type: 'Bearer', expires_at: expiresAt };
  }

  /** Get the account of the token. */
  @Get('me')
  @CachedGet({ tags: (_request, userId) => [`user:${userId}`] })
  @ApiBearerAuth()
  @ApiOperation({ operationId: 'me' })
  @ApiProblems(NotAuthenticated, InvalidToken)
  async me(@CurrentUser() caller: Principal): Promise<UserDto> {
    return UserDto.of(await this.users.get(caller.id));
  }

  /** Log out. The token is invalid at once, in every process. */
  @Post('logout')
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiOperation({ operationId: 'logout' })
  @ApiProblems(NotAuthenticated, InvalidToken)
  async logout(@CurrentUser() caller: Principal): Promise<DetailDto> {
    await this.sessions.close(caller.tokenHash);
    return { detail: 'You are logged out.' };
  }

  /** End all sessions of the account. */
  @Post('logout-all')
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiOperation({ operationId: 'logoutAll' })
  @ApiProblems(NotAuthenticated, InvalidToken)
  async logoutAll(@CurrentUser() caller: Principal): Promise<DetailDto> {
    await this.sessions.closeAll(caller.id);
    return { detail: 'All your sessions are ended.' };
  }
}
