import { ApiProblems, Public, RateLimited, TightlyLimited } from '@app/http';
import { ValidationFailed } from '@app/problems';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangePasswordDto, ConfirmResetDto, ResetPasswordDto } from './dto/password.dto.js';
import { DetailDto } from './dto/session.dto.js';
import { emailIn } from './email-in.js';
import { PasswordService } from './password.service.js';
import { CurrentUser, type Principal } from './principal.js';
import { InvalidResetToken, InvalidToken, NotAuthenticated } from './users.problems.js';

/** Like login, these calls ignore Idempotency-Key: with it, a fast hash of a body with a password would be stored. */
@ApiTags('Accounts')
@Controller('auth/user/password')
export class PasswordController {
  constructor(private readonly passwords: PasswordService) {}

  /** Change the password. All other sessions of the account end, and a mail tells of it. */
  @Post('change')
  @HttpCode(200)
  @TightlyLimited('login', (_body, userId) => userId)
  @ApiBearerAuth()
  @ApiOperation({ operationId: 'changePassword' })
  @ApiProblems(ValidationFailed, NotAuthenticated, InvalidToken, RateLimited)
  async change(@CurrentUser() caller: Principal, @Body() wanted: ChangePasswordDto): Promise<DetailDto> {
    await this.passwords.change(caller, wanted.current_password, wanted.new_password);
    return { detail: 'Your password is changed, and your other sessions are ended.' };
  }

  /** Ask for a mail with a token for a new password. The answer is the same whether or not the address has an account. */
  @Public()
  @Post('reset')
  @HttpCode(200)
  @TightlyLimited('reset', emailIn)
  @ApiOperation({ operationId: 'resetPassword' })
  @ApiProblems(ValidationFailed, RateLimited)
  async reset(@Body() { email }: ResetPasswordDto): Promise<DetailDto> {
    await this.passwords.askForReset(email);
    return { detail: 'If this address has an account, a mail is on its way. Its token works once, within an hour.' };
  }

  /** Choose a new password with the token of the mail. All sessions of the account end, and a mail tells of it. */
  @Public()
  @Post('reset/confirm')
  @HttpCode(200)
  @TightlyLimited('reset', () => undefined)
  @ApiOperation({ operationId: 'confirmPasswordReset' })
  @ApiProblems(ValidationFailed, InvalidResetToken, RateLimited)
  async confirm(@Body() { token, new_password }: ConfirmResetDto): Promise<DetailDto> {
    await this.passwords.confirmReset(token, new_password);
    return { detail: 'Your password is changed, and all your sessions are ended. Log in with the new password.' };
  }
}
